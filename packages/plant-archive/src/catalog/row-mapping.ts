import { conflictKey } from "@lmnh/plant-schema";
import type { ArchiveFile, FileState } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Partition } from "../model/partition.js";
import { readingTable } from "../model/reading-table.js";
import { isoTime } from "./iso-time.js";

export const readingColumns = readingTable.columns.map(({ name }) => name);

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
