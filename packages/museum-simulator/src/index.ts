export { captureAnswers } from "./captures.js";
export type { Era } from "./era.js";
export { SimulatorError, type SimulatorErrorCode } from "./errors.js";
export type { Misbehaviour } from "./misbehaviour.js";
export type { Script, SimulatorOptions } from "./options.js";
export { type Payload, type PayloadOptions, readingPayload } from "./payload.js";
export type { SimulatedPlant } from "./roster.js";
export { type AnomalyRates, museumAnomalies, noAnomalies, type Signal, signalAt } from "./signal.js";
export { createSimulator, type RequestCounts, type Simulator } from "./simulator.js";
