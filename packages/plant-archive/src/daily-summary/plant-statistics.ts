import { QualityFlag } from "@lmnh/plant-schema";
import { dayMs } from "../model/partition.js";
import type { ReadingPage } from "../model/reading-table.js";

/** The statistics of one plant and UTC day. */
export interface PlantDay {
  /** The plant, as the API numbers it. */
  readonly plantId: number;
  /** All readings, including flagged ones. */
  readonly readings: number;
  /** Degrees Celsius. */
  readonly temperature: Spread;
  /** Percent. */
  readonly soilMoisture: Spread;
  /** Distinct watering times of the day. */
  readonly timesWatered: number;
}

/** Statistics of the values that are not flagged; `null` if there are none. */
export interface Spread {
  /** The lowest value. */
  readonly min: number | null;
  /** The highest value. */
  readonly max: number | null;
  /** The arithmetic mean. */
  readonly avg: number | null;
  /** The 50th percentile, interpolated like the others. */
  readonly median: number | null;
  /** 25th and 75th percentile, interpolated linearly between neighbours. */
  readonly p25: number | null;
  /** The 75th percentile. */
  readonly p75: number | null;
  /** Values out of range, which are not counted in the others. */
  readonly flagged: number;
}

/** The statistics of a plant's readings of a UTC day `YYYY-MM-DD`, in any order. */
export function plantStatistics(plantId: number, day: string, pages: readonly ReadingPage[]): PlantDay {
  return {
    plantId,
    readings: pages.reduce((sum, { length }) => sum + length, 0),
    temperature: spread(pages, QualityFlag.temperatureRange, "temperature"),
    soilMoisture: spread(pages, QualityFlag.soilMoistureRange, "soilMoisture"),
    timesWatered: countWaterings(pages, Date.parse(`${day}T00:00:00.000Z`)),
  };
}

/** Distinct times from the start of a day, milliseconds since the epoch. */
function countWaterings(pages: readonly ReadingPage[], start: number): number {
  const waterings = new Set<number>();
  for (const page of pages) {
    const { numbers: times, nulls } = page.numbers("lastWatered");
    const { numbers: flags } = page.numbers("qualityFlag");
    let before = Number.NaN;
    for (let row = 0; row < page.length; row++) {
      const time = times[row] ?? 0;
      if (time === before || nulls?.[row] === 1 || ((flags[row] ?? 0) & QualityFlag.wateringTime) !== 0)
        continue;
      before = time;
      if (time >= start && time < start + dayMs) waterings.add(time);
    }
  }
  return waterings.size;
}

function spread(pages: readonly ReadingPage[], flag: number, field: "temperature" | "soilMoisture"): Spread {
  const all = new Float64Array(pages.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const page of pages) {
    const { numbers } = page.numbers(field);
    const { numbers: flags } = page.numbers("qualityFlag");
    for (let row = 0; row < page.length; row++)
      if (((flags[row] ?? 0) & flag) === 0) all[count++] = numbers[row] ?? Number.NaN;
  }
  const values = all.subarray(0, count).sort();
  const flagged = all.length - count;
  if (count === 0) return { min: null, max: null, avg: null, median: null, p25: null, p75: null, flagged };
  // Sorted, so that the sum does not depend on the order of the readings.
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    min: quantile(values, 0),
    max: quantile(values, 1),
    avg: sum / count,
    median: quantile(values, 0.5),
    p25: quantile(values, 0.25),
    p75: quantile(values, 0.75),
    flagged,
  };
}

/** Of sorted values, at least one; the definition of DuckDB's `quantile_cont` and pandas' default. */
function quantile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}
