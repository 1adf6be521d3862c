import { QualityFlag } from "@lmnh/plant-schema";
import type { ArchivedReading } from "../model/archived-reading.js";
import { dayMs } from "../model/partition.js";

/** The statistics of one plant and UTC day. */
export interface PlantDay {
  readonly plantId: number;
  /** All readings, including flagged ones. */
  readonly readings: number;
  readonly temperature: Spread;
  readonly soilMoisture: Spread;
  /** Distinct watering times of the day. */
  readonly timesWatered: number;
}

/** Statistics of the values that are not flagged; `null` if there are none. */
export interface Spread {
  readonly min: number | null;
  readonly max: number | null;
  readonly avg: number | null;
  readonly median: number | null;
  /** 25th and 75th percentile, interpolated linearly between neighbours. */
  readonly p25: number | null;
  readonly p75: number | null;
  /** Values out of range, which are not counted in the others. */
  readonly flagged: number;
}

/** The statistics of a plant's readings of a UTC day `YYYY-MM-DD`, in any order. */
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
  select: (reading: ArchivedReading) => number,
): Spread {
  const unflagged = readings.filter(({ qualityFlag }) => (qualityFlag & flag) === 0).map(select);
  const values = Float64Array.from(unflagged).sort();
  const flagged = readings.length - values.length;
  if (values.length === 0)
    return { min: null, max: null, avg: null, median: null, p25: null, p75: null, flagged };
  // Sorted, so that the sum does not depend on the order of the readings.
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
function quantile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}
