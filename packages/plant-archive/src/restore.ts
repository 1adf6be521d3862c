import type { Manifest } from "./archive-file.js";
import { partitionOfKey, readingsPrefix } from "./archive-keys.js";
import { startDigest } from "./digest.js";
import { isObjectError, PlantArchiveError } from "./errors.js";
import { objectSource } from "./parquet/byte-source.js";
import { decodeReadings, readManifest } from "./parquet/decode-readings.js";
import { type Partition, partitionEnd, partitionStart } from "./partition.js";
import type { ObjectStore, ReadingLedger } from "./ports.js";
import type { ArchivedReading } from "./reading.js";
import type { FileProblem } from "./report.js";
import { readNewestSnapshot } from "./snapshot.js";

export interface RestoreOptions {
  readonly ledger: ReadingLedger;
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch; every hour that has an instant from here on. */
  readonly from: number;
  /** Milliseconds since the epoch; no hour that begins at or after it. */
  readonly to: number;
  readonly signal?: AbortSignal;
  readonly observer?: (event: RestoreEvent) => void;
}

export type RestoreEvent =
  | { readonly type: "found"; readonly files: number }
  | { readonly type: "restored"; readonly file: RestoredFile };

export interface RestoredFile {
  readonly key: string;
  readonly partition: Partition;
  /** Readings that are in the database because of this. */
  readonly restored: number;
  /** Readings that were there. */
  readonly present: number;
}

/** What a restore did. */
export interface RestoreReport {
  readonly files: number;
  readonly restored: number;
  readonly present: number;
  /** Plants of the newest snapshot of the reference data. */
  readonly plants: number;
  readonly partitions: readonly Partition[];
  /** Files of which nothing was restored: they are not there, or do not hold what they say. */
  readonly problems: readonly FileProblem[];
  /** `false` when it was told to stop before its end. */
  readonly complete: boolean;
}

/**
 * Puts the readings of whole hours back into a database, the one that they came from or another, and before them the
 * newest snapshot of the reference data. A second time changes nothing. Each file is one transaction, which is undone
 * unless the file holds what it says; the other files are restored all the same.
 *
 * @throws PlantArchiveError `OPTION_INVALID`; `PLANT_UNKNOWN`, `RESTORE_REFUSED`; `STORE_…`
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { ledger, objects, from, to, signal, observer = () => {} } = options;
  if (!(from < to))
    throw new PlantArchiveError("OPTION_INVALID", "abort", "from has to be before to. Give an earlier from.");
  const isWanted = (partition: Partition | null) =>
    partition !== null && partitionEnd(partition) > from && partitionStart(partition) < to;
  const keys = new Set<string>();
  for await (const { key } of objects.list(readingsPrefix)) if (isWanted(partitionOfKey(key))) keys.add(key);
  const problems: FileProblem[] = [];
  // What only the archive had: those of another database cannot be known.
  for (const { key, partition } of await ledger.files({ states: ["pruned"] }))
    if (isWanted(partition) && !keys.has(key))
      problems.push({
        key,
        reason: `${key} is not in ${objects.name}. Look whether it was moved or deleted there, and put it back.`,
      });
  observer({ type: "found", files: keys.size });

  const data = keys.size === 0 ? null : await readNewestSnapshot(objects);
  if (data !== null) await ledger.loadReferenceData(data);
  const files: RestoredFile[] = [];
  let looked = 0;
  for (const key of keys) {
    if (signal?.aborted) break;
    looked += 1;
    try {
      const file = await restoreFile(key, ledger, objects);
      files.push(file);
      observer({ type: "restored", file });
    } catch (error) {
      if (!isObjectError(error)) throw error;
      problems.push({ key, reason: error.message });
    }
  }
  const sum = (of: (file: RestoredFile) => number) => files.reduce((total, file) => total + of(file), 0);
  return {
    files: files.length,
    restored: sum(({ restored }) => restored),
    present: sum(({ present }) => present),
    plants: data?.plants.length ?? 0,
    partitions: [...new Set(files.map(({ partition }) => partition))],
    problems,
    complete: looked === keys.size,
  };
}

async function restoreFile(key: string, ledger: ReadingLedger, objects: ObjectStore): Promise<RestoredFile> {
  const source = await objectSource(objects, key);
  const manifest = await readManifest(source);
  const { restored, present } = await ledger.restore(manifest, checked(decodeReadings(source), manifest));
  return { key, partition: manifest.partition, restored, present };
}

/** Passes readings on, and throws at the end where they are not what the manifest says. */
async function* checked(
  pages: AsyncIterable<readonly ArchivedReading[]>,
  { key, rows, digest: said }: Manifest,
): AsyncGenerator<readonly ArchivedReading[], void, void> {
  const digest = startDigest();
  for await (const page of pages) {
    for (const reading of page) digest.add(reading);
    yield page;
  }
  if (digest.rows !== rows || digest.hex() !== said)
    throw new PlantArchiveError(
      "OBJECT_INVALID",
      "abort",
      `${key} does not hold the ${rows} readings that it says, and nothing of it was restored. Get an older version of the object, and look for more: plant verify --deep`,
    );
}
