import { isConstraintViolation, reasonOf } from "@lmnh/plant-schema";
import { isObjectError, PlantArchiveError } from "./errors.js";
import { describeStored } from "./lifecycle/describe-stored.js";
import {
  copyOf,
  describeOrphan,
  explainOrphan,
  findOriginal,
  misplaced,
} from "./lifecycle/find-orphan-files.js";
import { partitionOfFolder, partitionOfKey, readingsPrefix } from "./model/object-keys.js";
import { type Partition, partitionEnd, partitionStart } from "./model/partition.js";
import { readingTable } from "./model/reading-table.js";
import { compareKeys } from "./object-store/object-key.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { decodePages, readManifest } from "./parquet/decode-pages.js";
import type { ArchiveCatalog, ObjectStore, RestoredReadings } from "./ports.js";
import { mergeReferenceData } from "./reference-snapshot/merge-reference-data.js";
import { readAllSnapshots } from "./reference-snapshot/read-snapshots.js";
import type { FileProblem } from "./report/archive-report.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

export interface RestoreOptions {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch, inclusive. Hours that begin before it and end after it are included. */
  readonly from: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly to: number;
  readonly signal?: AbortSignal;
  readonly observer?: (event: RestoreEvent) => void;
}

export type RestoreEvent =
  | { readonly type: "found"; readonly files: number }
  | { readonly type: "restored"; readonly file: RestoredFile };

export interface RestoredFile extends RestoredReadings {
  readonly key: string;
  readonly partition: Partition;
}

export interface RestoreReport {
  readonly files: number;
  readonly restored: number;
  readonly present: number;
  /** Plants in the snapshots. */
  readonly plants: number;
  /** Plants that are in no snapshot and were inserted with their id alone. */
  readonly barePlants: number;
  readonly partitions: readonly Partition[];
  /** Files of which nothing was restored, and snapshots that cannot be read. */
  readonly problems: readonly FileProblem[];
  /** `false` if it was stopped. */
  readonly complete: boolean;
}

/**
 * Loads the reference data of all snapshots and the readings of complete hours into a database, the original one or
 * another. Of each row of the reference data the newest version wins, which may be the database's. A plant that is in no
 * snapshot is inserted with its id alone. Can be repeated. Each file is one transaction, which is rolled back if the
 * readings do not match the manifest; the other files are restored nevertheless.
 *
 * @throws PlantArchiveError `OPTION_INVALID`; `STORE_…`
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { catalog, objects, from, to, signal, observer = () => {} } = options;
  if (!(from < to)) throw new PlantArchiveError("OPTION_INVALID", "abort", "from must be before to");
  const isWanted = (partition: Partition | null) =>
    partition !== null && partitionEnd(partition) > from && partitionStart(partition) < to;
  const problems = new Map<string, FileProblem>();
  const add = (problem: FileProblem) => problems.set(`${problem.key}\n${problem.reason}`, problem);

  const found = new Set<string>();
  const orphans: string[] = [];
  for await (const { key } of objects.list(readingsPrefix, (other) => add(otherEntryProblem(other)))) {
    if (partitionOfKey(key) !== null) {
      if (isWanted(partitionOfKey(key))) found.add(key);
    } else if (partitionOfFolder(key) === null || isWanted(partitionOfFolder(key))) orphans.push(key);
  }
  const cataloged = new Map((await catalog.files()).map((file) => [file.key, file]));
  const keys = [...found].sort(originalsFirst(cataloged));
  // Of pruned files: the catalog has no others whose only copy was in the archive.
  for (const { key, partition, state } of cataloged.values())
    if (state === "pruned" && isWanted(partition) && !found.has(key))
      add({
        key,
        reason: `${key} is not in ${objects.name}. If it was moved or deleted there, bring it back.`,
      });
  observer({ type: "found", files: keys.length });

  const plants =
    keys.length === 0 ? 0 : ((await nullOnAbort(restoreReferenceData(options, add), signal)) ?? 0);
  const files: RestoredFile[] = [];
  let processed = 0;
  for (const key of keys) {
    if (signal?.aborted) break;
    try {
      const file = await nullOnAbort(restoreFile(key, options), signal);
      if (file === null) break;
      processed += 1;
      files.push(file);
      observer({ type: "restored", file });
    } catch (error) {
      if (!isAboutFile(error)) throw error;
      processed += 1;
      const isConflict = error.code === "RESTORE_CONFLICT";
      add({ key, reason: isConflict ? error.message : describeStored(error, cataloged.get(key)?.state) });
    }
  }
  // After the files: a copy is recognized by its original in the catalog.
  let described = 0;
  for (const key of orphans) {
    const orphan = await nullOnAbort(explainOrphan(key, options), signal);
    if (orphan === null) break;
    described += 1;
    add({ key, reason: describeOrphan(key, orphan) });
  }
  const sum = (of: (file: RestoredFile) => number) => files.reduce((total, file) => total + of(file), 0);
  return {
    files: files.length,
    restored: sum(({ restored }) => restored),
    present: sum(({ present }) => present),
    plants,
    barePlants: sum(({ barePlants }) => barePlants),
    partitions: [...new Set(files.map(({ partition }) => partition))],
    problems: [...problems.values()],
    complete: processed === keys.length && described === orphans.length,
  };
}

/**
 * By hour; in each hour cataloged files first, then by the length of the name. The first of two equal files is the
 * original, and the name of a copy is longer, as in `x (1).parquet`.
 */
function originalsFirst(cataloged: ReadonlyMap<string, unknown>): (a: string, b: string) => number {
  return (a, b) =>
    compareKeys(partitionOfKey(a) ?? "", partitionOfKey(b) ?? "") ||
    Number(cataloged.has(b)) - Number(cataloged.has(a)) ||
    a.length - b.length ||
    compareKeys(a, b);
}

/** Returns the number of plants. Rows that the database rejects are a problem; the readings are restored nevertheless. */
async function restoreReferenceData(
  { catalog, objects, signal }: Pick<RestoreOptions, "catalog" | "objects" | "signal">,
  add: (problem: FileProblem) => void,
): Promise<number> {
  const { data, problems } = await readAllSnapshots(objects, signal);
  problems.forEach(add);
  if (data === null) return 0;
  // Including the database's own rows: newer ones are completed from the snapshots, not replaced.
  const merged = mergeReferenceData(data, await catalog.referenceData());
  try {
    await catalog.loadReferenceData(merged);
  } catch (error) {
    if (!isConstraintViolation(error)) throw error;
    add({
      key: "plant/",
      reason: `The database rejects the reference data: ${reasonOf(error)}. The readings are restored nevertheless; the next pull describes the plants.`,
    });
  }
  return new Set(data.plants.map(({ plantId }) => plantId)).size;
}

/** Whether the other files can be restored. */
function isAboutFile(error: unknown): error is PlantArchiveError {
  return isObjectError(error) || (error instanceof PlantArchiveError && error.code === "RESTORE_CONFLICT");
}

async function restoreFile(
  key: string,
  { catalog, objects, signal }: Pick<RestoreOptions, "catalog" | "objects" | "signal">,
): Promise<RestoredFile> {
  const source = await objectSource(objects, key, signal);
  const manifest = await readManifest(source);
  if (manifest.partition !== partitionOfKey(key)) {
    const original = await findOriginal(manifest, catalog);
    const orphan = original === null ? misplaced(manifest.partition) : copyOf(original.key);
    throw new PlantArchiveError("RESTORE_CONFLICT", "skip", describeOrphan(key, orphan));
  }
  const counts = await catalog.restore(manifest, () => decodePages(readingTable, source));
  return { key, partition: manifest.partition, ...counts };
}
