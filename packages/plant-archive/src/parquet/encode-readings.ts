import type { DecodedArray } from "hyparquet";
import { PlantArchiveError } from "../errors.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Partition } from "../model/partition.js";
import { startDigest } from "../model/reading-digest.js";
import { maxRowsPerGroup, maxRunIdLength } from "./limits.js";
import { startFile } from "./parquet-writer.js";
import { manifestNames, readingColumns, schemaVersion } from "./reading-schema.js";

export interface EncodedReadings {
  /** The file, made while it is read, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What `bytes` has given so far: the whole file once it has ended. */
  sum(): { readonly rows: number; readonly digest: string; readonly bytes: number };
}

/** What a file is to be of. */
export interface FileContent {
  readonly partition: Partition;
  readonly runId: string;
  readonly rows: number;
}

/**
 * Makes a Parquet file of readings, a row group whenever the consumer asks for more. When there are not as many readings
 * as `about.rows` says, or none, `bytes` throws `READINGS_CHANGED` in place of the footer: without it the file is none.
 */
export function encodeReadings(
  pages: AsyncIterable<readonly ArchivedReading[]>,
  about: FileContent,
): EncodedReadings {
  const digest = startDigest();
  let given = 0;

  async function* parts(): AsyncGenerator<Uint8Array, void, void> {
    const file = startFile(readingColumns);
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
    if (digest.rows !== about.rows || digest.rows === 0) throw changed(about, digest.rows);
    if (group.length > 0) yield file.rowGroup(toColumns(group));
    yield file.footer({
      [manifestNames.schemaVersion]: String(schemaVersion),
      [manifestNames.partition]: about.partition,
      [manifestNames.runId]: about.runId,
      [manifestNames.rows]: String(digest.rows),
      [manifestNames.digest]: digest.hex(),
    });
  }

  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const part of parts()) {
      given += part.byteLength;
      yield part;
    }
  }

  return {
    bytes: counted(),
    sum: () => ({ rows: digest.rows, digest: digest.hex(), bytes: given }),
  };
}

/** In the order of `readingColumns`. */
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
    `The row ${readingId} of plant_reading cannot be archived as it is: its run_id has ${runId?.length} characters, above ${maxRunIdLength}. Shorten it, then archive again.`,
  );
}

function changed({ partition, rows }: FileContent, found: number): PlantArchiveError {
  return new PlantArchiveError(
    "READINGS_CHANGED",
    "retry",
    `A file of ${partition} is to hold ${rows} readings and the database gives ${found}. Nothing was stored; archive again.`,
  );
}
