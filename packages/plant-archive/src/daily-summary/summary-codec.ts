import type { Plant } from "@lmnh/plant-schema";
import { dayPath } from "../model/partition.js";
import { type ByteSource, invalidObject } from "../parquet/byte-source.js";
import { schemaVersion } from "../parquet/file-layout.js";
import type { Column } from "../parquet/schema.js";
import { decodeTable, encodeTable } from "../parquet/table-codec.js";
import type { PlantDay, Spread } from "./plant-statistics.js";

export const summaryPrefix = "plant_daily_summary/";

export function summaryKey(day: string): string {
  return `${summaryPrefix}${dayPath(day)}/summary.parquet`;
}

/** The number of readings in the summary of a day; throws `OBJECT_INVALID` if it is not a summary of this day. */
export async function countSummarized(source: ByteSource, day: string): Promise<number> {
  const { rows, metadata } = await decodeTable(source);
  if (rows.some(({ reading_date }) => reading_date !== day))
    throw invalidObject(source.key, "is the summary of another day");
  const readings = rows.reduce((sum, row) => sum + Number(row.readings), 0);
  if (metadata.readings !== String(readings))
    throw invalidObject(source.key, "has another number of readings than its metadata");
  return readings;
}

const spreadColumns = (of: string): Column[] => [
  ...["min", "max", "avg", "median", "p25", "p75"].map(
    (name): Column => ({ name: `${name}_${of}`, type: "double", nullable: true }),
  ),
  { name: `flagged_${of}`, type: "int32", nullable: false },
];

const columns: readonly Column[] = [
  { name: "reading_date", type: "date", nullable: false },
  { name: "plant_id", type: "int64", nullable: false },
  { name: "plant_name", type: "string", nullable: true },
  { name: "scientific_name", type: "string", nullable: true },
  { name: "botanist_name", type: "string", nullable: true },
  { name: "botanist_email", type: "string", nullable: true },
  { name: "botanist_phone", type: "string", nullable: true },
  { name: "readings", type: "int32", nullable: false },
  ...spreadColumns("temperature"),
  ...spreadColumns("soil_moisture"),
  { name: "times_watered", type: "int32", nullable: false },
];

/** The summary of a day as Parquet: one row per plant, with the current reference data of the plant. */
export function encodeSummary(
  day: string,
  days: readonly PlantDay[],
  plants: ReadonlyMap<number, Plant>,
): Uint8Array {
  const rows = days.map(({ plantId, readings, temperature, soilMoisture, timesWatered }) => {
    const plant = plants.get(plantId);
    return {
      reading_date: day,
      plant_id: plantId,
      plant_name: plant?.name ?? null,
      scientific_name: plant?.scientificName ?? null,
      botanist_name: plant?.botanist?.name ?? null,
      botanist_email: plant?.botanist?.email ?? null,
      botanist_phone: plant?.botanist?.phone ?? null,
      readings,
      ...spreadValues("temperature", temperature),
      ...spreadValues("soil_moisture", soilMoisture),
      times_watered: timesWatered,
    };
  });
  const readings = days.reduce((sum, row) => sum + row.readings, 0);
  return encodeTable({
    columns,
    rows,
    metadata: { schema_version: String(schemaVersion), readings: String(readings) },
  });
}

function spreadValues(of: string, spread: Spread): Record<string, number | null> {
  return Object.fromEntries(Object.entries(spread).map(([name, value]) => [`${name}_${of}`, value]));
}
