import { normal, unit } from "./hash.js";

/** The measurements of one plant at one instant. */
export interface SensorSignal {
  /** Degrees Celsius. */
  readonly temperature: number;
  /** Percent. */
  readonly soilMoisture: number;
  /** Milliseconds since the epoch, a whole second. */
  readonly lastWateredMs: number;
}

/** Shares of readings, 0…1, in which an anomaly replaces a value. */
export interface AnomalyRates {
  /** 50…120 °C. */
  readonly hotRate: number;
  /** 10…30 °C above the base of the plant, still in range. */
  readonly offBaseRate: number;
  /** A soil moisture of −3…−99 %. */
  readonly negativeMoistureRate: number;
}

/** The rates in the museum's readings. */
export const museumAnomalies: AnomalyRates = {
  hotRate: 0.0046,
  offBaseRate: 0.03,
  negativeMoistureRate: 0.0016,
};

export const noAnomalies: AnomalyRates = { hotRate: 0, offBaseRate: 0, negativeMoistureRate: 0 };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const coldest = 8.5;
/** Plants that dry out so fast that their moisture is negative for the last four and a half hours of every day. */
const thirsty: ReadonlySet<number> = new Set([16, 47]);

/** The simulated signal, a pure function. `instantMs` is milliseconds since the epoch. */
export function signalAt(
  seed: number,
  plantId: number,
  instantMs: number,
  anomalies: AnomalyRates,
): SensorSignal {
  const lastWateredMs = lastWatering(seed, plantId, instantMs);
  return {
    temperature: temperatureAt(seed, plantId, instantMs, anomalies),
    soilMoisture: soilMoistureAt(seed, plantId, instantMs, instantMs - lastWateredMs, anomalies),
    lastWateredMs,
  };
}

/** Once a day, at a fixed second of each plant between 13:00 and 15:00 UTC. */
function lastWatering(seed: number, plantId: number, instantMs: number): number {
  const second = Math.floor(unit("wateringSecond", seed, plantId) * 7_200);
  const today = Math.floor(instantMs / dayMs) * dayMs + 13 * hourMs + second * 1_000;
  return today <= instantMs ? today : today - dayMs;
}

function soilMoistureAt(
  seed: number,
  plantId: number,
  instantMs: number,
  sinceWateringMs: number,
  anomalies: AnomalyRates,
): number {
  if (unit("anomaly", seed, plantId, instantMs, 1) < anomalies.negativeMoistureRate)
    return between(-3, -99, unit("anomalySize", seed, plantId, instantMs, 1));
  const percentPerHour = thirsty.has(plantId) ? 5.143 : between(3.28, 3.6, unit("dryingRate", seed, plantId));
  const noise = unit("noiseLevel", seed, plantId) * normal("noise", seed, plantId, instantMs);
  return Math.min(100, 100 - (percentPerHour * sinceWateringMs) / hourMs + noise);
}

function temperatureAt(seed: number, plantId: number, instantMs: number, anomalies: AnomalyRates): number {
  const kind = unit("anomaly", seed, plantId, instantMs, 2);
  const size = unit("anomalySize", seed, plantId, instantMs, 2);
  if (kind < anomalies.hotRate) return between(50, 120, size);
  const base = between(coldest, 17, unit("baseTemperature", seed, plantId));
  if (kind < anomalies.hotRate + anomalies.offBaseRate) return base + between(10, 30, size);
  // Two slow waves with a phase of each plant, together at most 1 °C.
  const wave = (hours: number, part: number) =>
    Math.sin(2 * Math.PI * (instantMs / (hours * hourMs) + unit("drift", seed, plantId, part)));
  return Math.max(coldest, base + 0.65 * wave(24, 1) + 0.35 * wave(5.3, 2));
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
