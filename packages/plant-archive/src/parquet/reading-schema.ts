import type { StoredColumn } from "./parquet-writer.js";

/**
 * What a reading is in a file: the columns of the table `plant_reading`. Numbers and times, which grow from row to row
 * within a plant, are stored as differences: a quarter less of a file for a tenth more of time.
 */
export const readingColumns = [
  { name: "plant_reading_id", type: "int64", encoding: "DELTA_BINARY_PACKED" },
  { name: "plant_id", type: "int64" },
  { name: "recording_taken", type: "timestamp", encoding: "DELTA_BINARY_PACKED" },
  { name: "soil_moisture", type: "double" },
  { name: "temperature", type: "double" },
  { name: "last_watered", type: "timestamp", nullable: true },
  { name: "quality_flag", type: "int32" },
  { name: "ingested_at", type: "timestamp" },
  { name: "run_id", type: "string", nullable: true },
] as const satisfies readonly StoredColumn[];

/** The version of what a file of readings holds and how; it changes whenever an older reader could not read a file. */
export const schemaVersion = 1;

/** The names in a file's metadata. */
export const manifestNames = {
  schemaVersion: "plant_archive.schema_version",
  partition: "plant_archive.partition",
  runId: "plant_archive.run_id",
  rows: "plant_archive.rows",
  digest: "plant_archive.digest",
} as const;
