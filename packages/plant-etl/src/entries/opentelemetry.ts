export { type OpenTelemetryOptions, openTelemetryObserver } from "../open-telemetry-observer.js";
