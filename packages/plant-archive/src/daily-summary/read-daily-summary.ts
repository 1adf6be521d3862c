import type { Cell } from "../model/archived-table.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodeTable } from "../parquet/table-codec.js";
import type { ObjectStore, ReadOptions } from "../ports.js";
import type { PlantDay, Spread } from "./plant-statistics.js";
import { summaryKey } from "./summary-codec.js";

/**
 * The statistics of each plant of a UTC day, `YYYY-MM-DD`; `null` if the archive has no summary of it.
 *
 * @throws PlantArchiveError `OBJECT_INVALID` for a damaged file, `STORE_…`; the signal's reason
 *
 * @example
 * ```ts
 * const plants = (await readDailySummary(objects, "2026-01-28")) ?? [];
 * for (const { plantId, soilMoisture } of plants) console.log(plantId, soilMoisture.median);
 * ```
 */
export async function readDailySummary(
  objects: ObjectStore,
  day: string,
  { signal }: ReadOptions = {},
): Promise<readonly PlantDay[] | null> {
  const key = summaryKey(day);
  if ((await objects.head(key)) === null) return null;
  const { rows } = await decodeTable(await objectSource(objects, key, signal));
  return rows.map((row) => ({
    plantId: Number(row.plant_id),
    readings: Number(row.readings),
    temperature: toSpread(row, "temperature"),
    soilMoisture: toSpread(row, "soil_moisture"),
    timesWatered: Number(row.times_watered),
  }));
}

function toSpread(row: Readonly<Record<string, Cell>>, of: string): Spread {
  const value = (name: string) => {
    const cell = row[`${name}_${of}`] ?? null;
    return cell === null ? null : Number(cell);
  };
  return {
    min: value("min"),
    max: value("max"),
    avg: value("avg"),
    median: value("median"),
    p25: value("p25"),
    p75: value("p75"),
    flagged: value("flagged") ?? 0,
  };
}
