import type { Clock } from "@lmnh/plant-schema";
import { callSafely } from "@lmnh/plant-schema/internal";
import { isObjectError } from "./errors.js";
import { requireMatchingArchive } from "./lifecycle/archive-id.js";
import { describeStored, quarantinedButPresent, stillInDatabase } from "./lifecycle/describe-stored.js";
import { explainOrphan } from "./lifecycle/find-orphan-files.js";
import { verifyObject } from "./lifecycle/verify-object.js";
import type { ArchiveFile } from "./model/archive-file.js";
import { rowsOf } from "./model/archived-table.js";
import { tablePrefix } from "./model/object-keys.js";
import { digestOf } from "./model/page-digest.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { readManifest } from "./parquet/decode-pages.js";
import type { ObjectStore, OtherEntry, TableCatalog } from "./ports.js";
import type { FileProblem } from "./report/archive-report.js";
import { forEachConcurrently } from "./streams/for-each-concurrently.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

/** What `verifyTable` compares, how thoroughly, and how it can be observed and stopped. */
export interface TableVerifyOptions {
  /** The database of the archive. */
  readonly catalog: TableCatalog;
  /** The archive, which is only read. */
  readonly objects: ObjectStore;
  /** Reads every file completely, and compares verified files with the database. `false` by default. */
  readonly deep?: boolean | undefined;
  /** Gives the time that the database keeps of a deep verification without a problem. */
  readonly clock: Pick<Clock, "now">;
  /** Ends the verification, whose report is then not `complete`. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each verified or pruned file, with the number of checked files and of all. What it throws is ignored. */
  readonly onFile?: ((checked: number, of: number) => void) | undefined;
}

/** The differences between catalog, manifests and objects. */
export interface VerifyReport {
  /** The option `deep`: whether files were read completely. */
  readonly deep: boolean;
  /** Number of verified and pruned files; of `verifyFiles`, of all files of readings. */
  readonly files: number;
  /** Rows in these files. */
  readonly rows: number;
  /** Length of these files together, in bytes. */
  readonly bytes: number;
  /** Number of claimed files, which the next run finishes; 0 without a database. */
  readonly unfinished: number;
  /** What was not checked; empty with `deep` and a database. */
  readonly unchecked: readonly Unchecked[];
  /** What is wrong, by key; empty if nothing is. */
  readonly problems: readonly FileProblem[];
  /** `false` if the verification was stopped before its end. */
  readonly complete: boolean;
  /**
   * Milliseconds since the epoch: the end of the last deep verification of every file that found no problem, which may be
   * this one. `null` if there was none, or if no database was read.
   */
  readonly verifiedAt: number | null;
}

/**
 * - `catalog`: whether the archive has every file of the catalog
 * - `readings`: the readings in the files; only size and footer are checked
 * - `database`: whether the database has the readings of verified files
 * - `snapshots`: the snapshots of the reference data
 * - `summaries`: the daily summaries
 */
export type Unchecked = "catalog" | "readings" | "database" | "snapshots" | "summaries";

const filesAtOnce = 4;

/**
 * Compares the catalog with the objects and their manifests. Changes nothing but the time of the last complete deep
 * verification in the database.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`, `ARCHIVE_ID_INVALID`, `STORE_…`
 *
 * @example
 * ```ts
 * const catalog = sqlTableCatalog(database, readingTable);
 * const { complete, problems } = await verifyTable({ catalog, objects, clock: systemClock });
 * const isGood = complete && problems.length === 0;
 * ```
 */
export function verifyTable(options: TableVerifyOptions): Promise<VerifyReport> {
  return runVerify(options, ["readings", "database"], async () => []);
}

/**
 * @param onlyDeep what is checked with `deep` alone
 * @param checkMore checks what a run writes besides the rows; rejects with the signal's reason
 */
export async function runVerify(
  options: TableVerifyOptions,
  onlyDeep: readonly Unchecked[],
  checkMore: (cataloged: readonly ArchiveFile[]) => Promise<readonly FileProblem[]>,
): Promise<VerifyReport> {
  const { catalog, deep = false, signal, onFile = () => {} } = options;
  await requireMatchingArchive(options);
  const cataloged = await catalog.files();
  const committed = cataloged.filter(({ state }) => state === "verified" || state === "pruned");
  const problems: FileProblem[] = [];
  let checked = 0;
  await forEachConcurrently(
    committed,
    filesAtOnce,
    async (file) => {
      const result = await nullOnAbort(findProblem(file, options), signal);
      if (result === null) return;
      if (result.problem !== null) problems.push({ key: file.key, reason: result.problem });
      checked += 1;
      callSafely(() => onFile(checked, committed.length));
    },
    signal,
  );
  const others = await nullOnAbort(
    Promise.all([checkObjects(cataloged, options), checkMore(cataloged)]),
    signal,
  );
  // A link above several prefixes is found with each of them.
  const known = new Set<string>();
  for (const problem of (others ?? []).flat()) {
    const text = `${problem.key}\n${problem.reason}`;
    if (!known.has(text)) problems.push(problem);
    known.add(text);
  }
  const complete = checked === committed.length && others !== null;
  const isVerified = deep && complete && problems.length === 0;
  if (isVerified) await catalog.saveVerifiedAt(options.clock.now());
  return {
    deep,
    files: committed.length,
    rows: committed.reduce((sum, { rows }) => sum + rows, 0),
    bytes: committed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    unfinished: cataloged.filter(({ state }) => state === "claimed").length,
    unchecked: deep ? [] : onlyDeep,
    problems: problems.sort((a, b) => (a.key < b.key ? -1 : 1)),
    complete,
    verifiedAt: await catalog.verifiedAt(),
  };
}

async function findProblem(
  file: ArchiveFile,
  { deep = false, ...options }: TableVerifyOptions,
): Promise<{ readonly problem: string | null }> {
  return { problem: await (deep ? checkContent(file, options) : checkManifest(file, options)) };
}

type CheckOptions = Pick<TableVerifyOptions, "catalog" | "objects" | "signal">;

async function checkContent(
  file: ArchiveFile,
  { catalog, objects, signal }: CheckOptions,
): Promise<string | null> {
  const expected = { rows: file.rows, digest: file.digest ?? "" };
  const verification = await verifyObject(objects, catalog.table, file, expected, signal);
  if (verification.kind === "mismatch")
    return file.state === "verified"
      ? `${verification.fact}. ${stillInDatabase(catalog.table)}`
      : verification.reason;
  return file.state === "verified" ? await compareDatabase(file, catalog) : null;
}

async function checkManifest(
  file: ArchiveFile,
  { catalog, objects, signal }: CheckOptions,
): Promise<string | null> {
  try {
    const source = await objectSource(objects, file.key, signal);
    const { rows, digest, partition } = await readManifest(source);
    if (source.byteLength !== file.bytes)
      return `has ${source.byteLength} bytes where the catalog has ${file.bytes}`;
    return rows === file.rows && digest === file.digest && partition === file.partition
      ? null
      : `has a manifest of ${rows} ${rowsOf(catalog.table)} of ${partition} where the catalog has ${file.rows} of ${file.partition}, or another digest`;
  } catch (error) {
    if (isObjectError(error)) return describeStored(error, file.state, catalog.table);
    throw error;
  }
}

async function compareDatabase(file: ArchiveFile, catalog: TableCatalog): Promise<string | null> {
  const { rows, digest } = await digestOf(catalog.table, catalog.rows(file));
  if (rows === file.rows && digest === file.digest) return null;
  // A run may have pruned it since the catalog was read.
  const [current] = await catalog.files({ key: file.key });
  return current?.state !== "verified"
    ? null
    : `has ${file.rows} ${rowsOf(catalog.table)} where the database has ${rows} or other ones: they were changed there`;
}

/** Entries that are not objects, and objects of rows that are not in the catalog or are quarantined. */
async function checkObjects(
  cataloged: readonly ArchiveFile[],
  { catalog, objects, signal }: TableVerifyOptions,
): Promise<FileProblem[]> {
  const others = new Map<string, OtherEntry>();
  const keys = await listKeys(objects, tablePrefix(catalog.table), others, signal);
  const problems: FileProblem[] = [];
  const states = new Map(cataloged.map(({ key, state }) => [key, state]));
  for (const key of keys) {
    signal?.throwIfAborted();
    const state = states.get(key);
    if (state === undefined) {
      const { problem, advice } = await explainOrphan(key, { catalog, objects, signal });
      problems.push({ key, reason: `${problem}. ${advice}` });
    }
    if (state === "quarantined") problems.push({ key, reason: quarantinedButPresent(catalog.table) });
  }
  return [...[...others.values()].map(otherEntryProblem), ...problems];
}

/**
 * The keys with a prefix; other entries are added to `others`, by name.
 *
 * @throws the signal's reason
 */
export async function listKeys(
  objects: ObjectStore,
  prefix: string,
  others: Map<string, OtherEntry>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(prefix, (other) => others.set(other.name, other))) {
    signal?.throwIfAborted();
    keys.push(key);
  }
  return keys;
}
