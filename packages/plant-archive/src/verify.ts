import { checkSummaries } from "./daily-summary/check-summaries.js";
import { summaryPrefix } from "./daily-summary/summary-codec.js";
import { isObjectError } from "./errors.js";
import { requireMatchingArchive } from "./lifecycle/archive-id.js";
import { describeStored, quarantinedButPresent, stillInDatabase } from "./lifecycle/describe-stored.js";
import { explainOrphan } from "./lifecycle/find-orphan-files.js";
import { verifyObject } from "./lifecycle/verify-object.js";
import type { ArchiveFile } from "./model/archive-file.js";
import { readingsPrefix } from "./model/object-keys.js";
import { digestOf } from "./model/page-digest.js";
import { readingTable } from "./model/reading-table.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { readManifest } from "./parquet/decode-pages.js";
import type { ArchiveCatalog, ObjectStore, OtherEntry } from "./ports.js";
import { checkSnapshots } from "./reference-snapshot/check-snapshots.js";
import { snapshotPrefix } from "./reference-snapshot/read-snapshots.js";
import { type SnapshotTable, snapshotTables } from "./reference-snapshot/snapshot-codec.js";
import type { FileProblem } from "./report/archive-report.js";
import { forEachConcurrently } from "./streams/for-each-concurrently.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

export interface VerifyOptions {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  /**
   * Reads every file completely, snapshots and summaries included, and compares verified files with the database.
   * `false` by default.
   */
  readonly deep?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each file. */
  readonly onFile?: (checked: number, of: number) => void;
}

/** The differences between catalog, manifests and objects. */
export interface VerifyReport {
  readonly deep: boolean;
  /** Verified and pruned files, their readings and bytes. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Claimed files, which the next run finishes. */
  readonly unfinished: number;
  /** What was not checked; empty with `deep`. */
  readonly unchecked: readonly Unchecked[];
  readonly problems: readonly FileProblem[];
  /** `false` if it was stopped. */
  readonly complete: boolean;
}

/**
 * - `readings`: the readings in the files; only size and footer are checked
 * - `database`: whether the database has the readings of verified files
 * - `snapshots`: the snapshots of the reference data
 * - `summaries`: the daily summaries
 */
export type Unchecked = "readings" | "database" | "snapshots" | "summaries";

const onlyDeep: readonly Unchecked[] = ["readings", "database", "snapshots", "summaries"];

const filesAtOnce = 4;

/**
 * Compares the catalog with the objects and their manifests. Changes nothing.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`, `STORE_…`
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
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
      onFile(checked, committed.length);
    },
    signal,
  );
  const others = await nullOnAbort(checkOthers(cataloged, options), signal);
  problems.push(...(others ?? []));
  return {
    deep,
    files: committed.length,
    rows: committed.reduce((sum, { rows }) => sum + rows, 0),
    bytes: committed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    unfinished: cataloged.filter(({ state }) => state === "claimed").length,
    unchecked: deep ? [] : onlyDeep,
    problems: problems.sort((a, b) => (a.key < b.key ? -1 : 1)),
    complete: checked === committed.length && others !== null,
  };
}

async function findProblem(
  file: ArchiveFile,
  { deep = false, ...options }: VerifyOptions,
): Promise<{ readonly problem: string | null }> {
  return { problem: await (deep ? checkContent(file, options) : checkManifest(file, options)) };
}

type CheckOptions = Pick<VerifyOptions, "catalog" | "objects" | "signal">;

async function checkContent(
  file: ArchiveFile,
  { catalog, objects, signal }: CheckOptions,
): Promise<string | null> {
  const expected = { rows: file.rows, digest: file.digest ?? "" };
  const verification = await verifyObject(objects, file, expected, signal);
  if (verification.kind === "mismatch")
    return file.state === "verified" ? `${verification.fact}. ${stillInDatabase}` : verification.reason;
  return file.state === "verified" ? await compareDatabase(file, catalog) : null;
}

async function checkManifest(file: ArchiveFile, { objects, signal }: CheckOptions): Promise<string | null> {
  try {
    const source = await objectSource(objects, file.key, signal);
    const { rows, digest, partition } = await readManifest(source);
    if (source.byteLength !== file.bytes)
      return `has ${source.byteLength} bytes where the catalog has ${file.bytes}`;
    return rows === file.rows && digest === file.digest && partition === file.partition
      ? null
      : `has a manifest of ${rows} readings of ${partition} where the catalog has ${file.rows} of ${file.partition}, or another digest`;
  } catch (error) {
    if (isObjectError(error)) return describeStored(error, file.state);
    throw error;
  }
}

async function compareDatabase(file: ArchiveFile, catalog: ArchiveCatalog): Promise<string | null> {
  const { rows, digest } = await digestOf(readingTable, catalog.readings(file));
  if (rows === file.rows && digest === file.digest) return null;
  // A run may have pruned it since the catalog was read.
  const [current] = await catalog.files({ key: file.key });
  return current?.state !== "verified"
    ? null
    : `has ${file.rows} readings where the database has ${rows} or other ones: they were changed there`;
}

/**
 * Entries that are not objects, and objects of readings that are not in the catalog or are quarantined; with `deep`, also
 * the problems of snapshots and summaries.
 *
 * @throws the signal's reason
 */
async function checkOthers(
  cataloged: readonly ArchiveFile[],
  { catalog, objects, deep = false, signal }: VerifyOptions,
): Promise<FileProblem[]> {
  const others = new Map<string, OtherEntry>();
  const days = deep ? await catalog.days(latestMs) : [];
  const list = async (prefix: string) => {
    const keys: string[] = [];
    for await (const { key } of objects.list(prefix, (other) => others.set(other.name, other))) {
      signal?.throwIfAborted();
      keys.push(key);
    }
    return keys;
  };
  const problems: FileProblem[] = [];
  const states = new Map(cataloged.map(({ key, state }) => [key, state]));
  for (const key of await list(readingsPrefix)) {
    signal?.throwIfAborted();
    const state = states.get(key);
    if (state === undefined) {
      const { problem, advice } = await explainOrphan(key, { catalog, objects, signal });
      problems.push({ key, reason: `${problem}. ${advice}` });
    }
    if (state === "quarantined") problems.push({ key, reason: quarantinedButPresent });
  }
  const snapshots = new Map<SnapshotTable, readonly string[]>();
  for (const table of snapshotTables) snapshots.set(table, await list(snapshotPrefix(table)));
  const summaries = await list(summaryPrefix);
  if (deep) {
    problems.push(...(await checkSnapshots(snapshots, cataloged, objects, signal)));
    problems.push(...(await checkSummaries(summaries, days, objects, signal)));
  }
  return [...[...others.values()].map(otherEntryProblem), ...problems];
}

const latestMs = Date.parse("9999-12-31T23:59:59.999Z");
