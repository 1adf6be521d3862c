import type { Manifest } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { parsePartition, partitionEnd, partitionStart } from "../model/partition.js";
import { type ByteSource, invalidObject } from "./byte-source.js";
import { schemaVersion } from "./file-layout.js";
import { maxRunIdLength } from "./limits.js";
import { type OpenFile, openFile } from "./parquet-reader.js";
import { readRowGroup } from "./read-row-group.js";
import { manifestKeys, readingSchema } from "./reading-schema.js";
import { describeColumns } from "./schema.js";

/** The manifest of a file; throws `OBJECT_INVALID` if it is not a complete file of readings. */
export async function readManifest(source: ByteSource): Promise<Manifest> {
  return toManifest(await openFile(source));
}

/**
 * The readings of a file, in pages of a row group or at most `limit` readings. Throws `OBJECT_INVALID` if the file is
 * damaged or not of readings; the pages before are correct.
 */
export async function* decodeReadings(
  source: ByteSource,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly ArchivedReading[], void, void> {
  const file = await openFile(source);
  const { partition } = toManifest(file);
  const [from, to] = [partitionStart(partition), partitionEnd(partition)];
  const found = describeColumns(file.columns);
  const expected = describeColumns(readingSchema);
  if (found !== expected) throw invalidObject(source.key, `has the columns ${found} and not ${expected}`);
  for (const place of file.rowGroups) {
    const values = await readRowGroup(file, place);
    for (let start = 0; start < place.rows; start += limit)
      yield checkReadings(
        source.key,
        toReadings(values, start, Math.min(start + limit, place.rows)),
        from,
        to,
      );
  }
}

/** Throws if a reading is of another hour, or has a value that no database has. */
function checkReadings(
  key: string,
  readings: readonly ArchivedReading[],
  from: number,
  to: number,
): readonly ArchivedReading[] {
  for (const { recordingTaken, lastWatered, ingestedAt, soilMoisture, temperature, runId } of readings) {
    if (!(recordingTaken >= from && recordingTaken < to))
      throw invalidObject(key, `has a reading taken at ${recordingTaken} ms, which is outside its hour`);
    if (!isInstant(ingestedAt) || !(lastWatered === null || isInstant(lastWatered)))
      throw invalidObject(key, "has a reading with an invalid time");
    if (Number.isNaN(soilMoisture) || Number.isNaN(temperature))
      throw invalidObject(key, "has a reading whose measurement is not a number");
    if (runId !== null && runId.length > maxRunIdLength)
      throw invalidObject(key, `has a run id of ${runId.length} characters`);
  }
  return readings;
}

/** Whether it is in the range of `Date`. */
function isInstant(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

function toManifest({ source: { key, byteLength }, metadata, rows }: OpenFile): Manifest {
  const invalid = (name: string, problem: string) => invalidObject(key, `${problem} as its ${name}`);
  const text = (name: string) => {
    const value = metadata.get(name);
    if (value === undefined || value === "") throw invalid(name, "has nothing");
    return value;
  };
  const version = text(manifestKeys.schemaVersion);
  if (version !== String(schemaVersion))
    throw invalid(manifestKeys.schemaVersion, `has ${version} where this program reads ${schemaVersion}`);
  const partition = parsePartition(text(manifestKeys.partition));
  if (partition === null)
    throw invalid(manifestKeys.partition, `has ${metadata.get(manifestKeys.partition)}`);
  if (text(manifestKeys.rows) !== String(rows))
    throw invalid(manifestKeys.rows, `has ${metadata.get(manifestKeys.rows)} where there are ${rows}`);
  const digest = text(manifestKeys.digest);
  if (!/^[0-9a-f]{32}$/.test(digest)) throw invalid(manifestKeys.digest, `has ${digest}`);
  const runId = text(manifestKeys.runId);
  return { key, schemaVersion, partition, runId, rows, digest, bytes: byteLength };
}

function toReadings(
  values: ReadonlyMap<string, ArrayLike<unknown>>,
  start: number,
  end: number,
): readonly ArchivedReading[] {
  const column = (name: ColumnName) => values.get(name) ?? [];
  const readingIds = column("plant_reading_id");
  const plantIds = column("plant_id");
  const recordingsTaken = column("recording_taken");
  const soilMoistures = column("soil_moisture");
  const temperatures = column("temperature");
  const lastWaterings = column("last_watered");
  const qualityFlags = column("quality_flag");
  const ingestedAts = column("ingested_at");
  const runIds = column("run_id");
  // The types are those of `readingSchema`: the columns were compared.
  return Array.from({ length: end - start }, (_, index): ArchivedReading => {
    const row = start + index;
    return {
      readingId: readingIds[row] as number,
      plantId: plantIds[row] as number,
      recordingTaken: recordingsTaken[row] as number,
      soilMoisture: soilMoistures[row] as number,
      temperature: temperatures[row] as number,
      lastWatered: lastWaterings[row] as number | null,
      qualityFlag: qualityFlags[row] as number,
      ingestedAt: ingestedAts[row] as number,
      runId: runIds[row] as string | null,
    };
  });
}

type ColumnName = (typeof readingSchema)[number]["name"];
