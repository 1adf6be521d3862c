import { conflictKey } from "@lmnh/plant-schema";
import type { ArchiveFile, FileState } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Partition } from "../model/partition.js";
import { isoTime, readNumber, readTime } from "./parse-columns.js";

/** A row of `plant_reading` as the driver returns it. */
export interface ReadingRow {
  readonly plant_reading_id: number | string;
  readonly plant_id: number;
  readonly soil_moisture: number;
  readonly temperature: number;
  readonly recording_taken: string | Date;
  readonly last_watered: string | Date | null;
  readonly quality_flag: number;
  readonly ingested_at: string | Date;
  readonly run_id: string | null;
}

export const readingColumns = [
  "plant_reading_id",
  "plant_id",
  "soil_moisture",
  "temperature",
  "recording_taken",
  "last_watered",
  "quality_flag",
  "ingested_at",
  "run_id",
] as const satisfies readonly (keyof ReadingRow)[];

/** @throws PlantArchiveError `READING_INVALID` */
export function toReading(row: ReadingRow): ArchivedReading {
  const id = row.plant_reading_id;
  return {
    readingId: readNumber(id),
    plantId: row.plant_id,
    recordingTaken: readTime(row.recording_taken, "recording_taken", id),
    soilMoisture: row.soil_moisture,
    temperature: row.temperature,
    lastWatered: row.last_watered === null ? null : readTime(row.last_watered, "last_watered", id),
    qualityFlag: row.quality_flag,
    ingestedAt: readTime(row.ingested_at, "ingested_at", id),
    runId: row.run_id,
  };
}

/** A row of `archive_file` as the driver returns it. */
export interface FileRow {
  readonly archive_file_id: number | string;
  readonly object_key: string;
  readonly partition_hour: string;
  readonly state: string;
  readonly after_id: number | string;
  readonly through_id: number | string;
  readonly row_count: number;
  readonly byte_count: number | string | null;
  readonly digest: string | null;
  readonly run_id: string;
}

export const fileColumns = [
  "archive_file_id",
  "object_key",
  "partition_hour",
  "state",
  "after_id",
  "through_id",
  "row_count",
  "byte_count",
  "digest",
  "run_id",
] as const satisfies readonly (keyof FileRow)[];

export function toFile(row: FileRow): ArchiveFile {
  return {
    fileId: Number(row.archive_file_id),
    key: row.object_key,
    partition: row.partition_hour as Partition,
    state: row.state as FileState,
    range: { after: Number(row.after_id), through: Number(row.through_id) },
    rows: row.row_count,
    bytes: row.byte_count === null ? null : Number(row.byte_count),
    digest: row.digest,
    runId: row.run_id,
  };
}

/** A new row of `quarantined_row`. */
export type QuarantinedRow = ReturnType<typeof toQuarantinedRow>;

/** All columns as JSON: JavaScript writes a double so that it is parsed to the same bits. */
export function toQuarantinedRow(reading: ArchivedReading) {
  const recordingTaken = isoTime(reading.recordingTaken);
  const lastWatered = reading.lastWatered === null ? null : isoTime(reading.lastWatered);
  return {
    rowId: reading.readingId,
    naturalKey: conflictKey({ ...reading, recordingTaken, lastWatered }),
    content: {
      plant_reading_id: reading.readingId,
      plant_id: reading.plantId,
      soil_moisture: reading.soilMoisture,
      temperature: reading.temperature,
      recording_taken: recordingTaken,
      last_watered: lastWatered,
      quality_flag: reading.qualityFlag,
      ingested_at: isoTime(reading.ingestedAt),
      run_id: reading.runId,
    },
  };
}
