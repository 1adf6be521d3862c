import { QualityFlag } from "@lmnh/plant-schema";
import type { HealthReading } from "../model/records.js";

/**
 * The readings of each plant whose time can be believed, the oldest first, one an instant, whatever their order was.
 * Values out of range stay: medians need no cleaning, and a sensor that sends nothing else is not silent.
 */
export function usableReadings(
  readings: readonly HealthReading[],
  untilMs: number,
): Map<number, HealthReading[]> {
  const byPlant = new Map<number, HealthReading[]>();
  for (const reading of readings) {
    if (!(reading.takenMs <= untilMs) || reading.takenMs === Number.NEGATIVE_INFINITY) continue;
    if ((reading.qualityFlag & QualityFlag.futureTime) !== 0) continue;
    const list = byPlant.get(reading.plantId);
    if (list === undefined) byPlant.set(reading.plantId, [reading]);
    else list.push(reading);
  }
  for (const [plantId, list] of byPlant) {
    // Rows usually come sorted, and there may be thousands.
    if (list.some((reading, index) => index > 0 && reading.takenMs <= (list[index - 1]?.takenMs ?? 0))) {
      list.sort(compareReadings);
      byPlant.set(
        plantId,
        list.filter((reading, index) => reading.takenMs !== list[index - 1]?.takenMs),
      );
    }
  }
  return byPlant;
}

/** By time; the rest makes the choice among readings of one instant the same in any order. */
function compareReadings(one: HealthReading, other: HealthReading): number {
  return (
    one.takenMs - other.takenMs ||
    compareNumbers(one.soilMoisture, other.soilMoisture) ||
    compareNumbers(one.temperature, other.temperature) ||
    compareNumbers(one.lastWateredMs ?? Number.NaN, other.lastWateredMs ?? Number.NaN) ||
    one.qualityFlag - other.qualityFlag
  );
}

/** NaN is after all numbers. */
function compareNumbers(one: number, other: number): number {
  if (Number.isNaN(one) || Number.isNaN(other))
    return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one < other ? -1 : Number(one > other);
}

/** The readings from `sinceMs`, inclusive, to `untilMs`, inclusive. `readings` are sorted by time. */
export function readingsBetween(
  readings: readonly HealthReading[],
  sinceMs: number,
  untilMs: number,
): readonly HealthReading[] {
  return readings.slice(
    firstIndex(readings, (takenMs) => takenMs >= sinceMs),
    firstIndex(readings, (takenMs) => takenMs > untilMs),
  );
}

/** Binary search: the index of the first reading whose time is late enough. */
function firstIndex(readings: readonly HealthReading[], isLate: (takenMs: number) => boolean): number {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isLate(readings[middle]?.takenMs ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The finite values of one measurement. */
export function valuesOf(
  readings: readonly HealthReading[],
  measurement: "soilMoisture" | "temperature",
): number[] {
  return readings.map((reading) => reading[measurement]).filter((value) => Number.isFinite(value));
}

/** The watering that a reading reports; `null` if it is missing, flagged, or after the reading. */
export function reportedWatering(reading: HealthReading): number | null {
  const { lastWateredMs, takenMs, qualityFlag } = reading;
  if (lastWateredMs === null || !(lastWateredMs <= takenMs)) return null;
  if (!Number.isFinite(lastWateredMs) || (qualityFlag & QualityFlag.wateringTime) !== 0) return null;
  return lastWateredMs;
}
