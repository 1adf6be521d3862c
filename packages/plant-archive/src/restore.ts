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
import { compareKeys } from "./object-store/object-key.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { decodeReadings, readManifest } from "./parquet/decode-readings.js";
import type { ArchiveCatalog, ObjectStore, RestoredReadings } from "./ports.js";
import { mergeReferenceData } from "./reference-snapshot/merge-reference-data.js";
import { readAllSnapshots } from "./reference-snapshot/read-snapshots.js";
import type { FileProblem } from "./report/archive-report.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

export interface RestoreOptions {
  readonly catalog: ArchiveCatalog;
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

export interface RestoredFile extends RestoredReadings {
  readonly key: string;
  readonly partition: Partition;
}

/** What a restore did. */
export interface RestoreReport {
  readonly files: number;
  readonly restored: number;
  readonly present: number;
  /** Plants that the snapshots of the reference data describe. */
  readonly plants: number;
  /** Plants that no snapshot describes: they have their number alone, until a pull describes them. */
  readonly barePlants: number;
  readonly partitions: readonly Partition[];
  /**
   * Files of which nothing was restored: they are not there, do not hold what they say, or are not where they belong; and
   * snapshots that cannot be read.
   */
  readonly problems: readonly FileProblem[];
  /** `false` when it was told to stop before its end. */
  readonly complete: boolean;
}

/**
 * Puts the readings of whole hours back into a database, the one that they came from or another, and before them the
 * reference data: what any snapshot contains, the newest of each row; what is newer in the database stays. A plant that
 * no snapshot describes is entered with its number alone. A second time changes nothing. Each file is one transaction,
 * which is undone unless the file holds what it says; the other files are restored all the same.
 *
 * @throws PlantArchiveError `OPTION_INVALID`; `STORE_…`
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { catalog, objects, from, to, signal, observer = () => {} } = options;
  if (!(from < to))
    throw new PlantArchiveError("OPTION_INVALID", "abort", "from has to be before to. Give an earlier from.");
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
  const known = new Map((await catalog.files()).map((file) => [file.key, file]));
  const keys = [...found].sort(originalsFirst(known));
  // What only the archive had: those of another database cannot be known.
  for (const { key, partition, state } of known.values())
    if (state === "pruned" && isWanted(partition) && !found.has(key))
      add({
        key,
        reason: `${key} is not in ${objects.name}. Look whether it was moved or deleted there, and put it back.`,
      });
  observer({ type: "found", files: keys.length });

  const plants =
    keys.length === 0 ? 0 : ((await nullOnAbort(restoreReferenceData(options, add), signal)) ?? 0);
  const files: RestoredFile[] = [];
  let looked = 0;
  for (const key of keys) {
    if (signal?.aborted) break;
    try {
      const file = await nullOnAbort(restoreFile(key, options), signal);
      if (file === null) break;
      looked += 1;
      files.push(file);
      observer({ type: "restored", file });
    } catch (error) {
      if (!isAboutFile(error)) throw error;
      looked += 1;
      const isRefusal = error.code === "RESTORE_CONFLICT";
      add({ key, reason: isRefusal ? error.message : describeStored(error, known.get(key)?.state) });
    }
  }
  // After the files: a copy is known by the file that it is a copy of.
  let explained = 0;
  for (const key of orphans) {
    const orphan = await nullOnAbort(explainOrphan(key, options), signal);
    if (orphan === null) break;
    explained += 1;
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
    complete: looked === keys.length && explained === orphans.length,
  };
}

/**
 * By hour, and in each the files that the ledger has before the others, and then those with shorter names: to the name of
 * a copy something is added, as in `x (1).parquet`, and whatever comes first is not taken for a copy.
 */
function originalsFirst(known: ReadonlyMap<string, unknown>): (a: string, b: string) => number {
  return (a, b) =>
    compareKeys(partitionOfKey(a) ?? "", partitionOfKey(b) ?? "") ||
    Number(known.has(b)) - Number(known.has(a)) ||
    a.length - b.length ||
    compareKeys(a, b);
}

/** How many plants the snapshots describe. What the database refuses of them is a problem; the readings come anyway. */
async function restoreReferenceData(
  { catalog, objects, signal }: Pick<RestoreOptions, "catalog" | "objects" | "signal">,
  add: (problem: FileProblem) => void,
): Promise<number> {
  const { data, problems } = await readAllSnapshots(objects, signal);
  problems.forEach(add);
  if (data === null) return 0;
  // With the database's own, so that what is newer there is filled from the snapshots and not replaced by them.
  const merged = mergeReferenceData(data, await catalog.referenceData());
  try {
    await catalog.loadReferenceData(merged);
  } catch (error) {
    if (!isConstraintViolation(error)) throw error;
    add({
      key: "plant/",
      reason: `The database refuses the descriptions of the plants: ${reasonOf(error)}. The readings are restored all the same; the plants are described by the next run.`,
    });
  }
  return new Set(data.plants.map(({ plantId }) => plantId)).size;
}

/** Whether an error is about the file, so that all other files can be restored. */
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
    const unknown = original === null ? misplaced(manifest.partition) : copyOf(original.key);
    throw new PlantArchiveError("RESTORE_CONFLICT", "skip", describeOrphan(key, unknown));
  }
  const counts = await catalog.restore(manifest, decodeReadings(source));
  return { key, partition: manifest.partition, ...counts };
}
