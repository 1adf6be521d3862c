import { protectObserver } from "@lmnh/plant-schema/internal";
import { isObjectError, isPlantArchiveError, PlantArchiveError } from "./errors.js";
import { describeStored } from "./lifecycle/describe-stored.js";
import {
  copyOf,
  describeOrphan,
  explainOrphan,
  findOriginal,
  misplaced,
} from "./lifecycle/find-orphan-files.js";
import { partitionOfFolder, partitionOfKey, tablePrefix } from "./model/object-keys.js";
import { type Partition, partitionEnd, partitionStart } from "./model/partition.js";
import { compareKeys } from "./object-store/object-key.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { decodePages, readManifest } from "./parquet/decode-pages.js";
import type { ObjectStore, RestoredRows, TableCatalog } from "./ports.js";
import type { FileProblem } from "./report/archive-report.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

/** Which hours to restore, from which archive and into which database. */
export interface TableRestoreOptions {
  /** The database that the rows are inserted into. */
  readonly catalog: TableCatalog;
  /** The archive, which is only read. */
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch, inclusive. Hours that begin before it and end after it are included. */
  readonly from: number;
  /** Milliseconds since the epoch, exclusive; above `from`. */
  readonly to: number;
  /** Which of these hours; all by default. */
  readonly isWanted?: ((partition: Partition) => boolean) | undefined;
  /** Ends the restore after the file that is being loaded. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the events of the restore; none by default. */
  readonly observer?: ((event: TableRestoreEvent) => void) | undefined;
  /** Receives what the observer threw, or rejected its promise with, and the event. What this throws is ignored. */
  readonly onObserverError?: ((error: unknown, event: TableRestoreEvent) => void) | undefined;
}

/** The progress of a restore. */
export type TableRestoreEvent =
  | {
      /** The files of the wanted hours are known. */
      readonly type: "found";
      /** Number of files to restore. */
      readonly files: number;
    }
  | {
      /** The rows of a file are in the database. */
      readonly type: "restored";
      /** The file, with what was inserted of it. */
      readonly file: RestoredFile;
    };

/** A file whose rows are in the database. */
export interface RestoredFile extends RestoredRows {
  /** The key of the object. */
  readonly key: string;
  /** The UTC hour of its rows. */
  readonly partition: Partition;
}

/** The result of a restore. */
export interface TableRestoreReport {
  /** Files whose rows are in the database now. */
  readonly files: number;
  /** Rows that were inserted. */
  readonly restored: number;
  /** Rows of files that were in the database already. */
  readonly present: number;
  /** The hours of these files, the oldest first. */
  readonly partitions: readonly Partition[];
  /** Files of which nothing was restored, and snapshots that cannot be read. */
  readonly problems: readonly FileProblem[];
  /** `false` if the restore was stopped before its end. */
  readonly complete: boolean;
}

/**
 * Loads the rows of complete hours into a database, the original one or another. Can be repeated. Each file is one
 * transaction, which is rolled back if the rows do not match the manifest; the other files are restored nevertheless.
 *
 * @throws PlantArchiveError `OPTION_INVALID`; `STORE_…`
 *
 * @example
 * ```ts
 * const { restored, present, problems } = await restoreTable({
 *   catalog: sqlTableCatalog(database, readingTable),
 *   objects,
 *   from: Date.parse("2026-01-28T10:00:00Z"),
 *   to: Date.parse("2026-01-28T12:00:00Z"),
 * });
 * ```
 */
export async function restoreTable(options: TableRestoreOptions): Promise<TableRestoreReport> {
  return (await runRestore(options, async () => undefined)).report;
}

/** Options with a catalog that counts more than rows. */
interface RunOptions<Restored extends RestoredRows> extends TableRestoreOptions {
  readonly catalog: Omit<TableCatalog, "restore"> & {
    restore(...parameters: Parameters<TableCatalog["restore"]>): Promise<Restored>;
  };
}

/**
 * @param beforeFiles restores what the rows refer to; only called if there are files
 * @returns the report, and what the catalog returned for each file
 */
export async function runRestore<Restored extends RestoredRows>(
  options: RunOptions<Restored>,
  beforeFiles: (add: (problem: FileProblem) => void) => Promise<void>,
): Promise<{ readonly report: TableRestoreReport; readonly files: readonly Restored[] }> {
  const { catalog, objects, from, to, signal } = options;
  const observer = protectObserver(options.observer, options.onObserverError);
  const isChosen = options.isWanted ?? (() => true);
  if (!(from < to)) throw new PlantArchiveError("OPTION_INVALID", "abort", "from must be before to");
  const isWanted = (partition: Partition | null) =>
    partition !== null &&
    partitionEnd(partition) > from &&
    partitionStart(partition) < to &&
    isChosen(partition);
  const problems = new Map<string, FileProblem>();
  const add = (problem: FileProblem) => problems.set(`${problem.key}\n${problem.reason}`, problem);

  const found = new Set<string>();
  const orphans: string[] = [];
  for await (const { key } of objects.list(tablePrefix(catalog.table), (other) =>
    add(otherEntryProblem(other)),
  )) {
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

  if (keys.length > 0) await nullOnAbort(beforeFiles(add), signal);
  const files: (RestoredFile & Restored)[] = [];
  let processed = 0;
  for (const key of keys) {
    if (signal?.aborted) break;
    try {
      const file = await restoreFile<Restored>(key, options);
      processed += 1;
      files.push(file);
      observer({ type: "restored", file });
    } catch (error) {
      if (!isAboutFile(error)) throw error;
      processed += 1;
      const isConflict = error.code === "RESTORE_CONFLICT";
      add({
        key,
        reason: isConflict ? error.message : describeStored(error, cataloged.get(key)?.state, catalog.table),
      });
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
  const report: TableRestoreReport = {
    files: files.length,
    restored: sum(({ restored }) => restored),
    present: sum(({ present }) => present),
    partitions: [...new Set(files.map(({ partition }) => partition))],
    problems: [...problems.values()],
    complete: processed === keys.length && described === orphans.length,
  };
  return { report, files };
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

/** Whether the other files can be restored. */
function isAboutFile(error: unknown): error is PlantArchiveError {
  return isObjectError(error) || (isPlantArchiveError(error) && error.code === "RESTORE_CONFLICT");
}

async function restoreFile<Restored extends RestoredRows>(
  key: string,
  { catalog, objects }: Pick<RunOptions<Restored>, "catalog" | "objects">,
): Promise<RestoredFile & Restored> {
  const source = await objectSource(objects, key);
  const manifest = await readManifest(source);
  if (manifest.partition !== partitionOfKey(key)) {
    const original = await findOriginal(manifest, catalog);
    const orphan =
      original === null ? misplaced(manifest.partition, catalog.table) : copyOf(original.key, catalog.table);
    throw new PlantArchiveError("RESTORE_CONFLICT", "skip", describeOrphan(key, orphan));
  }
  const counts: Restored = await catalog.restore(manifest, () => decodePages(catalog.table, source));
  return { ...counts, key, partition: manifest.partition };
}
