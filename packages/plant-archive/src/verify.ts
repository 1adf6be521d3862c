import { checkSummaries } from "./daily-summary/check-summaries.js";
import { summaryPrefix } from "./daily-summary/summary-codec.js";
import { isObjectError } from "./errors.js";
import { checkArchive } from "./lifecycle/archive-id.js";
import { describeStored, quarantinedButPresent, stillInDatabase } from "./lifecycle/describe-stored.js";
import { explainOrphan } from "./lifecycle/find-orphan-files.js";
import { verifyObject } from "./lifecycle/verify-object.js";
import type { ArchiveFile } from "./model/archive-file.js";
import { readingsPrefix } from "./model/object-keys.js";
import { digestOf } from "./model/reading-digest.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { readManifest } from "./parquet/decode-readings.js";
import type { ArchiveCatalog, ObjectStore, OtherEntry } from "./ports.js";
import { checkSnapshots } from "./reference-snapshot/check-snapshots.js";
import { snapshotPrefix } from "./reference-snapshot/read-snapshots.js";
import { type SnapshotTable, snapshotTables } from "./reference-snapshot/snapshot-codec.js";
import { forEachConcurrently } from "./streams/for-each-concurrently.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

export interface VerifyOptions {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  /**
   * Reads every file back, snapshots and summaries included, and compares the readings that are in the database with
   * them. `false` by default.
   */
  readonly deep?: boolean;
  readonly signal?: AbortSignal;
  /** Told of each file that was looked at. */
  readonly onFile?: (looked: number, of: number) => void;
}

/** What was found when ledger, manifests and objects were held against each other. */
export interface VerifyReport {
  readonly deep: boolean;
  /** Files that the ledger has for verified or pruned, and what they hold. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Files that a run has begun and the next one will finish. */
  readonly unfinished: number;
  /** What this verification did not check; `deep` checks all of it. */
  readonly unchecked: readonly Unchecked[];
  readonly findings: readonly Finding[];
  /** `false` when it was told to stop before its end. */
  readonly complete: boolean;
}

export interface Finding {
  readonly key: string;
  readonly problem: string;
}

/**
 * - `readings`: what is inside the files, beyond the size and the footer of each
 * - `database`: whether the database still has the readings that are in files and have not left it
 * - `snapshots`: the snapshots of plants, botanists, origins, cities and countries
 * - `summaries`: the daily summaries
 */
export type Unchecked = "readings" | "database" | "snapshots" | "summaries";

const onlyDeep: readonly Unchecked[] = ["readings", "database", "snapshots", "summaries"];

const filesAtOnce = 4;

/**
 * Holds what the ledger says against the objects and what they say of themselves. Changes nothing.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH` where the archive is not this database's; `STORE_…` when the store cannot be
 *   asked
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { catalog, deep = false, signal, onFile = () => {} } = options;
  await checkArchive(options);
  const known = await catalog.files();
  const kept = known.filter(({ state }) => state === "verified" || state === "pruned");
  const findings: Finding[] = [];
  let looked = 0;
  await forEachConcurrently(
    kept,
    filesAtOnce,
    async (file) => {
      const found = await nullOnAbort(findProblem(file, options), signal);
      if (found === null) return;
      if (found.problem !== null) findings.push({ key: file.key, problem: found.problem });
      looked += 1;
      onFile(looked, kept.length);
    },
    signal,
  );
  const others = await nullOnAbort(checkOthers(known, options), signal);
  findings.push(...(others ?? []));
  return {
    deep,
    files: kept.length,
    rows: kept.reduce((sum, { rows }) => sum + rows, 0),
    bytes: kept.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    unfinished: known.filter(({ state }) => state === "claimed").length,
    unchecked: deep ? [] : onlyDeep,
    findings: findings.sort((a, b) => (a.key < b.key ? -1 : 1)),
    complete: looked === kept.length && others !== null,
  };
}

async function findProblem(
  file: ArchiveFile,
  { deep = false, ...options }: VerifyOptions,
): Promise<{ readonly problem: string | null }> {
  return { problem: await (deep ? readWhole(file, options) : readClaims(file, options)) };
}

type Looking = Pick<VerifyOptions, "catalog" | "objects" | "signal">;

async function readWhole(file: ArchiveFile, { catalog, objects, signal }: Looking): Promise<string | null> {
  const expected = { rows: file.rows, digest: file.digest ?? "" };
  const back = await verifyObject(objects, file, expected, signal);
  if (back.kind === "mismatch")
    return file.state === "verified" ? `${back.fact}. ${stillInDatabase}` : back.reason;
  return file.state === "verified" ? await compareDatabase(file, catalog) : null;
}

async function readClaims(file: ArchiveFile, { objects, signal }: Looking): Promise<string | null> {
  try {
    const source = await objectSource(objects, file.key, signal);
    const { rows, digest, partition } = await readManifest(source);
    if (source.byteLength !== file.bytes)
      return `has ${source.byteLength} bytes where the ledger says ${file.bytes}`;
    return rows === file.rows && digest === file.digest && partition === file.partition
      ? null
      : `says of itself ${rows} readings of ${partition} where the ledger says ${file.rows} of ${file.partition}, or another digest`;
  } catch (error) {
    if (isObjectError(error)) return describeStored(error, file.state);
    throw error;
  }
}

async function compareDatabase(file: ArchiveFile, catalog: ArchiveCatalog): Promise<string | null> {
  const { rows, digest } = await digestOf(catalog.readings(file));
  return rows === file.rows && digest === file.digest
    ? null
    : `has ${file.rows} readings where the database has ${rows} or other ones: they were changed there`;
}

/**
 * What is no object, and objects among the readings that are in no file of the ledger or in one that was set aside; with
 * `deep`, also snapshots and summaries that are missing, cannot be read or are of another day.
 *
 * @throws the signal's reason
 */
async function checkOthers(
  known: readonly ArchiveFile[],
  { catalog, objects, deep = false, signal }: VerifyOptions,
): Promise<Finding[]> {
  const others = new Map<string, OtherEntry>();
  const days = deep ? await catalog.days(endOfTime) : [];
  const listed = async (prefix: string) => {
    const keys: string[] = [];
    for await (const { key } of objects.list(prefix, (other) => others.set(other.name, other))) {
      signal?.throwIfAborted();
      keys.push(key);
    }
    return keys;
  };
  const findings: Finding[] = [];
  const states = new Map(known.map(({ key, state }) => [key, state]));
  for (const key of await listed(readingsPrefix)) {
    signal?.throwIfAborted();
    const state = states.get(key);
    if (state === undefined) {
      const { problem, advice } = await explainOrphan(key, { catalog, objects, signal });
      findings.push({ key, problem: `${problem}. ${advice}` });
    }
    if (state === "quarantined") findings.push({ key, problem: quarantinedButPresent });
  }
  const snapshots = new Map<SnapshotTable, readonly string[]>();
  for (const table of snapshotTables) snapshots.set(table, await listed(snapshotPrefix(table)));
  const summaries = await listed(summaryPrefix);
  if (deep) {
    findings.push(...(await checkSnapshots(snapshots, known, objects, signal)));
    findings.push(...(await checkSummaries(summaries, days, objects, signal)));
  }
  const entries = [...others.values()].map(otherEntryProblem);
  return [...entries.map(({ key, reason }) => ({ key, problem: reason })), ...findings];
}

/** After every day that there is. */
const endOfTime = Date.parse("9999-12-31T23:59:59.999Z");
