import { isObjectError } from "./errors.js";
import { linkProblem } from "./link-problem.js";
import { mergeReferenceData } from "./merge-reference-data.js";
import { dayPath } from "./partition.js";
import type { ObjectStore, ReadingLedger } from "./ports.js";
import type { FileProblem } from "./report.js";
import { moveAside } from "./set-file-aside.js";
import {
  encodeSnapshot,
  haveSameRows,
  readSnapshot,
  type SnapshotTable,
  snapshotRows,
  snapshotTables,
  type TableRow,
} from "./snapshot-tables.js";
import { noRows, readSnapshotFile, type SnapshotFile, snapshotPrefix } from "./stored-snapshots.js";
import { whole } from "./whole.js";

export interface SnapshotOptions {
  readonly ledger: ReadingLedger;
  readonly objects: ObjectStore;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface SnapshotOutcome {
  /** Stored snapshots that cannot be read. */
  readonly problems: readonly FileProblem[];
  /** `false` where other archivers replaced the day's snapshot each time it was tried; the next run writes it. */
  readonly written: boolean;
}

const attempts = 5;

/**
 * Writes reference data beside the readings, one file a table and UTC day: what the database contains, merged with what
 * the day's snapshot and the newest one contain, so that no snapshot lacks what an earlier one had. The file of the day is
 * replaced only if it lacks something, and if nobody else has replaced it since it was read; else it is merged again. A
 * file that cannot be read is left as it is.
 */
export async function writeSnapshot(options: SnapshotOptions): Promise<SnapshotOutcome> {
  const { ledger, objects, atMs } = options;
  const day = dayPath(new Date(atMs).toISOString().slice(0, 10));
  const keyOf = (table: SnapshotTable) => `${snapshotPrefix(table)}${day}/snapshot.parquet`;
  // What a run that was killed has left would stay for ever, or stand in the way of the next.
  for (const table of snapshotTables) await discardUnfinished(objects, keyOf(table));
  const database = await ledger.referenceData();
  const problems = new Map<string, FileProblem>();
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const stored = await readLatest(objects, keyOf);
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

/** Writes a table's file and reads it back; a problem where it is not what was written, which is then moved aside. */
async function replace(
  table: SnapshotTable,
  key: string,
  before: SnapshotFile,
  rows: readonly TableRow[],
  { objects, ...run }: SnapshotOptions,
): Promise<"done" | "overtaken" | FileProblem> {
  if (before.kind === "unreadable") return "done";
  if (before.kind === "read" && haveSameRows(table, before.rows, rows)) return "done";
  const condition = before.kind === "read" ? { replaces: before.tag } : {};
  const { kind } = await objects.put(key, whole(encodeSnapshot(table, rows, run)), condition);
  if (kind !== "written") return "overtaken";
  const back = await readSnapshotFile(objects, table, key);
  if (back.kind === "read") return "done";
  await moveAside({ key }, objects);
  return back.kind === "unreadable"
    ? { key, reason: back.reason }
    : { key, reason: `${key} was written and is not there: the store does not keep what it is given.` };
}

async function discardUnfinished(objects: ObjectStore, key: string): Promise<void> {
  try {
    await objects.discardUnfinished(key);
  } catch (error) {
    // Behind a link: reading the file names it.
    if (!isObjectError(error)) throw error;
  }
}

interface LatestSnapshot {
  readonly rows: Readonly<Record<SnapshotTable, readonly TableRow[]>>;
  /** The files that are to be replaced. */
  readonly ofDay: Readonly<Record<SnapshotTable, SnapshotFile>>;
  readonly problems: readonly FileProblem[];
}

/** The rows of the newest snapshot that can be read, and of the day's, which may be older where a clock was wrong. */
async function readLatest(
  objects: ObjectStore,
  keyOf: (table: SnapshotTable) => string,
): Promise<LatestSnapshot> {
  const rows: Record<SnapshotTable, readonly TableRow[]> = { ...noRows };
  const ofDay: Partial<Record<SnapshotTable, SnapshotFile>> = {};
  const problems: FileProblem[] = [];
  const read = async (table: SnapshotTable, key: string) => {
    const file = await readSnapshotFile(objects, table, key);
    if (file.kind === "unreadable") problems.push(file);
    if (file.kind === "read") rows[table] = [...file.rows, ...rows[table]];
    return file;
  };
  for (const table of snapshotTables) {
    const today = keyOf(table);
    const keys: string[] = [];
    for await (const { key } of objects.list(snapshotPrefix(table), (link) =>
      problems.push(linkProblem(link)),
    ))
      if (key !== today && key.endsWith("/snapshot.parquet")) keys.push(key);
    ofDay[table] = await read(table, today);
    for (const key of keys.reverse()) if ((await read(table, key)).kind === "read") break;
  }
  return { rows, ofDay: ofDay as Record<SnapshotTable, SnapshotFile>, problems };
}
