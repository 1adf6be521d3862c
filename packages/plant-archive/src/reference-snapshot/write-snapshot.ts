import { isObjectError } from "../errors.js";
import { moveToQuarantine } from "../lifecycle/quarantine-file.js";
import { otherEntryProblem } from "../object-store/other-entry-problem.js";
import { singleChunk } from "../object-store/single-chunk.js";
import type { ArchiveCatalog, ObjectStore } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { mergeReferenceData } from "./merge-reference-data.js";
import {
  noRows,
  readSnapshotFile,
  type SnapshotFile,
  snapshotKey,
  snapshotPrefix,
} from "./read-snapshots.js";
import {
  encodeSnapshot,
  haveSameRows,
  readSnapshot,
  type SnapshotTable,
  snapshotRows,
  snapshotTables,
  type TableRow,
} from "./snapshot-codec.js";

export interface SnapshotOptions {
  readonly catalog: Pick<ArchiveCatalog, "referenceData">;
  readonly objects: ObjectStore;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SnapshotOutcome {
  /** Unreadable snapshots. */
  readonly problems: readonly FileProblem[];
  /** `false` if other archivers replaced the snapshot at every attempt; the next run writes it. */
  readonly written: boolean;
}

const attempts = 5;

/**
 * Writes the reference data, one file per table and UTC day: the rows of the database merged with those of the day's
 * snapshot and of the newest ones before and after it, so that no snapshot lacks rows of an earlier one. A file that has
 * all of them is not written; one that another archiver has replaced since it was read is merged again; an unreadable one
 * is not replaced.
 *
 * @throws the signal's reason
 */
export async function writeSnapshot(options: SnapshotOptions): Promise<SnapshotOutcome> {
  const { catalog, objects, atMs, signal } = options;
  const day = new Date(atMs).toISOString().slice(0, 10);
  const keyOf = (table: SnapshotTable) => snapshotKey(table, day);
  // The temporary data of a killed writer would stay for ever, or block the next one.
  for (const table of snapshotTables) await abortIncompleteUploads(objects, keyOf(table));
  const database = await catalog.referenceData();
  const problems = new Map<string, FileProblem>();
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const stored = await readLatest(objects, keyOf, signal);
    for (const problem of stored.problems) problems.set(problem.key, problem);
    const rows = snapshotRows(mergeReferenceData(readSnapshot(stored.rows), database));
    let written = true;
    for (const table of snapshotTables) {
      const outcome = await replace(table, keyOf(table), stored.ofDay[table], rows[table], options);
      if (typeof outcome === "object") problems.set(outcome.key, outcome);
      if (outcome === "overtaken") {
        written = false;
        break;
      }
    }
    if (written) return { problems: [...problems.values()], written };
  }
  return { problems: [...problems.values()], written: false };
}

/** Writes a table's file and reads it back. Quarantines it and returns a problem if it is unreadable. */
async function replace(
  table: SnapshotTable,
  key: string,
  before: SnapshotFile,
  rows: readonly TableRow[],
  { objects, signal, ...run }: SnapshotOptions,
): Promise<"done" | "overtaken" | FileProblem> {
  if (before.kind === "unreadable") return "done";
  if (before.kind === "read" && haveSameRows(table, before.rows, rows)) return "done";
  const condition = before.kind === "read" ? { ifMatch: before.etag } : {};
  const { kind } = await objects.put(key, singleChunk(encodeSnapshot(table, rows, run)), {
    ...condition,
    ...(signal !== undefined && { signal }),
  });
  if (kind !== "written") return "overtaken";
  const written = await readSnapshotFile(objects, table, key, signal);
  if (written.kind === "read") return "done";
  if (written.kind === "missing")
    return { key, reason: `${key} was written and is not there: the store does not keep what is written.` };
  const failure = await moveToQuarantine({ key }, objects);
  return {
    key,
    reason:
      failure === null
        ? `${written.fact}. It was moved to quarantine/; the next archive run writes it again.`
        : `${written.fact}. It cannot be moved to quarantine/: ${failure}`,
  };
}

async function abortIncompleteUploads(objects: ObjectStore, key: string): Promise<void> {
  try {
    await objects.abortIncompleteUploads(key);
  } catch (error) {
    // Behind a symbolic link: reading the file reports it.
    if (!isObjectError(error)) throw error;
  }
}

/** Such keys are ordered by day. */
const snapshotKeyPattern = /^[^/]+\/year=\d{4}\/month=\d\d\/day=\d\d\/snapshot\.parquet$/;

interface LatestSnapshot {
  readonly rows: Readonly<Record<SnapshotTable, readonly TableRow[]>>;
  /** The files to replace. */
  readonly ofDay: Readonly<Record<SnapshotTable, SnapshotFile>>;
  readonly problems: readonly FileProblem[];
}

/**
 * The rows of the day's snapshot and of the newest readable ones before and after it. Later ones are of runs with a wrong
 * clock, and lack newer rows; earlier ones include each other.
 */
async function readLatest(
  objects: ObjectStore,
  keyOf: (table: SnapshotTable) => string,
  signal: AbortSignal | undefined,
): Promise<LatestSnapshot> {
  const rows: Record<SnapshotTable, readonly TableRow[]> = { ...noRows };
  const ofDay: Partial<Record<SnapshotTable, SnapshotFile>> = {};
  const problems: FileProblem[] = [];
  const read = async (table: SnapshotTable, key: string) => {
    const file = await readSnapshotFile(objects, table, key, signal);
    if (file.kind === "unreadable") problems.push(file);
    if (file.kind === "read") rows[table] = [...file.rows, ...rows[table]];
    return file;
  };
  for (const table of snapshotTables) {
    const today = keyOf(table);
    const keys: string[] = [];
    for await (const { key } of objects.list(snapshotPrefix(table), (other) => {
      // Only a link can hide a snapshot; other names are not those of snapshots.
      if (other.kind === "link") problems.push(otherEntryProblem(other));
    }))
      if (key !== today && snapshotKeyPattern.test(key)) keys.push(key);
    ofDay[table] = await read(table, today);
    keys.reverse();
    for (const side of [keys.filter((key) => key < today), keys.filter((key) => key > today)])
      for (const key of side) if ((await read(table, key)).kind === "read") break;
  }
  return { rows, ofDay: ofDay as Record<SnapshotTable, SnapshotFile>, problems };
}
