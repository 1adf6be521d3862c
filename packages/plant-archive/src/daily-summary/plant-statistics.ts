import { QualityFlag } from "@lmnh/plant-schema";
import type { ArchivedReading } from "../model/archived-reading.js";
import { dayMs } from "../model/partition.js";

/** One plant's day in numbers. */
export interface PlantDay {
  readonly plantId: number;
  /** All readings, flagged ones too. */
  readonly readings: number;
  readonly temperature: Spread;
  readonly soilMoisture: Spread;
  /** Distinct watering times that lie in the day. */
  readonly timesWatered: number;
}

/** Statistics of what is not flagged; `null` where nothing is left. */
export interface Spread {
  readonly min: number | null;
  readonly max: number | null;
  readonly avg: number | null;
  readonly median: number | null;
  /** 25th and 75th percentile, interpolated linearly between neighbours. */
  readonly p25: number | null;
  readonly p75: number | null;
  /** Values that are out of range and in none of these. */
  readonly flagged: number;
}

/** Sums up one plant's readings of a UTC day `YYYY-MM-DD`. Pure; their order is nothing to it. */
export function plantStatistics(
  plantId: number,
  day: string,
  readings: readonly ArchivedReading[],
): PlantDay {
  const start = Date.parse(`${day}T00:00:00.000Z`);
  const waterings = new Set<number>();
  for (const { lastWatered, qualityFlag } of readings)
    if (
      lastWatered !== null &&
      (qualityFlag & QualityFlag.wateringTime) === 0 &&
      lastWatered >= start &&
      lastWatered < start + dayMs
    )
      waterings.add(lastWatered);
  return {
    plantId,
    readings: readings.length,
    temperature: spread(readings, QualityFlag.temperatureRange, ({ temperature }) => temperature),
    soilMoisture: spread(readings, QualityFlag.soilMoistureRange, ({ soilMoisture }) => soilMoisture),
    timesWatered: waterings.size,
  };
}

function spread(
  readings: readonly ArchivedReading[],
  flag: number,
  measured: (reading: ArchivedReading) => number,
): Spread {
  const good = readings.filter(({ qualityFlag }) => (qualityFlag & flag) === 0).map(measured);
  const values = Float64Array.from(good).sort();
  const flagged = readings.length - values.length;
  if (values.length === 0)
    return { min: null, max: null, avg: null, median: null, p25: null, p75: null, flagged };
  // In ascending order, so that the sum does not depend on the order of the readings.
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    min: quantile(values, 0),
    max: quantile(values, 1),
    avg: sum / values.length,
    median: quantile(values, 0.5),
    p25: quantile(values, 0.25),
    p75: quantile(values, 0.75),
    flagged,
  };
}

/** Of sorted values, at least one; the definition of DuckDB's `quantile_cont` and pandas' default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
