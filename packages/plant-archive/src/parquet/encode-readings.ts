import type { DecodedArray } from "hyparquet";
import { PlantArchiveError } from "../errors.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Partition } from "../model/partition.js";
import { type ReadingsDigest, startDigest } from "../model/reading-digest.js";
import { schemaVersion } from "./file-layout.js";
import { maxRowsPerGroup, maxRunIdLength } from "./limits.js";
import { startFile } from "./parquet-writer.js";
import { manifestKeys, readingSchema } from "./reading-schema.js";

export interface EncodedReadings {
  /** The file, encoded while it is read, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The digest of the readings encoded so far: of all of them at the end of `bytes`. */
  sum(): ReadingsDigest;
}

export interface EncodeOptions {
  readonly partition: Partition;
  readonly runId: string;
  readonly rows: number;
}

/**
 * Encodes readings as a Parquet file, one row group at a time. If there are not `rows` readings, or none, `bytes` throws
 * `READINGS_CHANGED` in place of the footer, without which the file is invalid.
 */
export function encodeReadings(
  pages: AsyncIterable<readonly ArchivedReading[]>,
  options: EncodeOptions,
): EncodedReadings {
  const digest = startDigest();

  async function* parts(): AsyncGenerator<Uint8Array, void, void> {
    const file = startFile(readingSchema);
    let group: ArchivedReading[] = [];
    for await (const page of pages)
      for (const reading of page) {
        if ((reading.runId?.length ?? 0) > maxRunIdLength) throw runIdTooLong(reading);
        digest.add(reading);
        group.push(reading);
        if (group.length < maxRowsPerGroup) continue;
        yield file.rowGroup(toColumns(group));
        group = [];
      }
    if (digest.rows !== options.rows || digest.rows === 0) throw changed(options, digest.rows);
    if (group.length > 0) yield file.rowGroup(toColumns(group));
    yield file.footer({
      [manifestKeys.schemaVersion]: String(schemaVersion),
      [manifestKeys.partition]: options.partition,
      [manifestKeys.runId]: options.runId,
      [manifestKeys.rows]: String(digest.rows),
      [manifestKeys.digest]: digest.hex(),
    });
  }

  return { bytes: parts(), sum: () => ({ rows: digest.rows, digest: digest.hex() }) };
}

/** In the order of `readingSchema`. */
function toColumns(readings: readonly ArchivedReading[]): DecodedArray[] {
  return [
    readings.map(({ readingId }) => readingId),
    readings.map(({ plantId }) => BigInt(plantId)),
    readings.map(({ recordingTaken }) => recordingTaken),
    readings.map(({ soilMoisture }) => soilMoisture),
    readings.map(({ temperature }) => temperature),
    readings.map(({ lastWatered }) => lastWatered),
    readings.map(({ qualityFlag }) => qualityFlag),
    readings.map(({ ingestedAt }) => ingestedAt),
    readings.map(({ runId }) => runId),
  ];
}

function runIdTooLong({ readingId, runId }: ArchivedReading): PlantArchiveError {
  return new PlantArchiveError(
    "READING_INVALID",
    "abort",
    `The row ${readingId} of plant_reading cannot be archived: its run_id has ${runId?.length} characters, above ${maxRunIdLength}. Correct the row.`,
  );
}

function changed({ partition, rows }: EncodeOptions, found: number): PlantArchiveError {
  return new PlantArchiveError(
    "READINGS_CHANGED",
    "retry",
    `A file of ${partition} was to contain ${rows} readings of which the database has ${found}. Nothing was stored; archive again.`,
  );
}
