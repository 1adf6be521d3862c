import { normal, unit } from "./hash.js";
import { isActive, type PlantConditions, type PlantFault } from "./plant-faults.js";

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

/** Rates of 0: no reading is wild. */
export const noAnomalies: AnomalyRates = { hotRate: 0, offBaseRate: 0, negativeMoistureRate: 0 };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const coldest = 8.5;
/** Reached two days and more after a watering. */
const driest = -99;
/** Plants that dry out so fast that their moisture is negative for the last four and a half hours of every day. */
const thirsty: ReadonlySet<number> = new Set([16, 47]);

/**
 * The simulated signal, a pure function. `instantMs` is milliseconds since the epoch. Of a sensor that is silent it is the
 * signal that nobody receives.
 */
export function signalAt(
  seed: number,
  plantId: number,
  instantMs: number,
  anomalies: AnomalyRates,
  conditions: PlantConditions = {},
): SensorSignal {
  const active = (conditions.faults ?? []).filter((fault) => isActive(fault, instantMs));
  const lastWateredMs = lastWatering(seed, plantId, instantMs, conditions, ["missedWatering"]);
  const stuck = active.find(({ kind }) => kind === "stuck");
  if (stuck !== undefined) {
    const others = { ...conditions, faults: conditions.faults?.filter((fault) => fault !== stuck) ?? [] };
    return { ...signalAt(seed, plantId, stuck.fromMs, noAnomalies, others), lastWateredMs };
  }
  const effectiveMs = lastWatering(seed, plantId, instantMs, conditions, [
    "missedWatering",
    "wateringWithoutEffect",
  ]);
  const moisture = soilMoistureAt(seed, plantId, instantMs, instantMs - effectiveMs, anomalies);
  const temperature = temperatureAt(seed, plantId, instantMs, anomalies);
  const signal = active.reduce((so, fault) => applyPlantFault(fault, so, seed, plantId, instantMs), {
    temperature,
    soilMoisture: moisture,
  });
  return { ...signal, lastWateredMs };
}

type Measurements = Pick<SensorSignal, "temperature" | "soilMoisture">;

function applyPlantFault(
  fault: PlantFault,
  { temperature, soilMoisture }: Measurements,
  seed: number,
  plantId: number,
  instantMs: number,
): Measurements {
  const sinceMs = instantMs - fault.fromMs;
  switch (fault.kind) {
    case "warming": {
      const share = Math.min(1, sinceMs / ((fault.rampMinutes ?? 60) * 60_000 || 1));
      return { soilMoisture, temperature: temperature + fault.degrees * share };
    }
    case "drift":
      return {
        temperature,
        soilMoisture: Math.min(100, soilMoisture + (fault.percentPerDay * sinceMs) / dayMs),
      };
    case "spikes": {
      if (unit("spike", seed, plantId, instantMs) >= fault.share) return { temperature, soilMoisture };
      const size = (part: number) => unit("spikeSize", seed, plantId, instantMs, part);
      return { temperature: between(50, 120, size(1)), soilMoisture: between(-3, -99, size(2)) };
    }
    default:
      return { temperature, soilMoisture };
  }
}

/**
 * Once a day, at a fixed second of each plant between 13:00 and 15:00 UTC, give or take the jitter of the day. Waterings
 * within a fault of the given kinds do not count.
 */
function lastWatering(
  seed: number,
  plantId: number,
  instantMs: number,
  { faults = [], wateringJitterMinutes = 0 }: PlantConditions,
  without: readonly PlantFault["kind"][],
): number {
  const second = Math.floor(unit("wateringSecond", seed, plantId) * 7_200);
  const wateringOn = (day: number) => {
    const jitter = Math.round(
      between(-60, 60, unit("wateringJitter", seed, plantId, day)) * wateringJitterMinutes,
    );
    return day * dayMs + 13 * hourMs + (second + jitter) * 1_000;
  };
  const lastBefore = (ms: number) => {
    let day = Math.floor(ms / dayMs) + 1;
    while (wateringOn(day) > ms) day -= 1;
    return wateringOn(day);
  };
  let watered = lastBefore(instantMs);
  for (;;) {
    const fault = faults.find((one) => without.includes(one.kind) && isActive(one, watered));
    if (fault === undefined) return watered;
    watered = lastBefore(fault.fromMs - 1);
  }
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
  return Math.max(driest, Math.min(100, 100 - (percentPerHour * sinceWateringMs) / hourMs + noise));
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
