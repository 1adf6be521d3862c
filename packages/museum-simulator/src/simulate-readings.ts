import { unit } from "./hash.js";
import { isSilentAt, type PlantConditions } from "./plant-faults.js";
import { type AnomalyRates, museumAnomalies, type SensorSignal, signalAt } from "./sensor-signal.js";

/** Of which plant, over which time, and with which defects readings are simulated. */
export interface SimulateReadingsOptions extends PlantConditions {
  /** A whole number; the same one gives the same readings. */
  readonly seed: number;
  /** A plant id, 0 or more. */
  readonly plantId: number;
  /** Milliseconds since the epoch: inclusive, and exclusive. */
  readonly fromMs: number;
  /** As `fromMs`; exclusive. */
  readonly untilMs: number;
  /** Time between two readings. */
  readonly everyMs: number;
  /** Share of readings, 0…1, that are missing because the request failed. 0 by default. */
  readonly failureRate?: number | undefined;
  /** The museum's rates by default. */
  readonly anomalies?: AnomalyRates | undefined;
}

/** A measurement and its time. */
export interface SimulatedReading extends SensorSignal {
  /** Milliseconds since the epoch. */
  readonly takenMs: number;
}

/** The readings of one plant that a pipeline would load, without a server and without waiting. Pure. */
export function* simulateReadings(options: SimulateReadingsOptions): Generator<SimulatedReading> {
  const { seed, plantId, fromMs, untilMs, everyMs, failureRate = 0, anomalies = museumAnomalies } = options;
  for (let takenMs = fromMs; takenMs < untilMs; takenMs += everyMs) {
    if (isSilentAt(options, takenMs) || unit("failure", seed, plantId, takenMs) < failureRate) continue;
    yield { takenMs, ...signalAt(seed, plantId, takenMs, anomalies, options) };
  }
}
