export { type ApiVersion, apiVersions, currentApiVersion } from "./api-version.js";
export { SimulatorError, type SimulatorErrorCode } from "./errors.js";
export type { Fault } from "./faults.js";
export type { Script, SimulatorOptions } from "./options.js";
export { type Payload, type PayloadOptions, readingPayload } from "./payload.js";
export {
  isSilentAt,
  type PlantConditions,
  type PlantFault,
  type PlantFaultKind,
  type PlantFaults,
} from "./plant-faults.js";
export { parseRecordedResponses } from "./recorded-responses.js";
export type { SimulatedPlant } from "./roster.js";
export {
  type AnomalyRates,
  museumAnomalies,
  noAnomalies,
  type SensorSignal,
  signalAt,
} from "./sensor-signal.js";
export {
  type SimulatedReading,
  type SimulateReadingsOptions,
  simulateReadings,
} from "./simulate-readings.js";
export { createSimulator, type RequestCounts, type Simulator } from "./simulator.js";
