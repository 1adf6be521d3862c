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
  /** Ends reading and writing; then `writeSnapshot` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
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
 * the day's snapshot, the newest one before it and the newest one after it contain, so that no snapshot lacks what an
 * earlier one had. The file of the day is replaced only if it lacks something, and if nobody else has replaced it since it
 * was read; else it is merged again. A file that cannot be read is left as it is.
 */
export async function writeSnapshot(options: SnapshotOptions): Promise<SnapshotOutcome> {
  const { catalog, objects, atMs, signal } = options;
  const day = new Date(atMs).toISOString().slice(0, 10);
  const keyOf = (table: SnapshotTable) => snapshotKey(table, day);
  // What a run that was killed has left would stay for ever, or stand in the way of the next.
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

/** Writes a table's file and reads it back; a problem where it is not what was written, which is then moved aside. */
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
  const back = await readSnapshotFile(objects, table, key, signal);
  if (back.kind === "read") return "done";
  if (back.kind === "missing")
    return { key, reason: `${key} was written and is not there: the store does not keep what it is given.` };
  const stays = await moveToQuarantine({ key }, objects);
  return {
    key,
    reason:
      stays === null
        ? `${back.fact}. It was moved under quarantined/; the next plant archive writes it again.`
        : `${back.fact}. It cannot be moved aside: ${stays}`,
  };
}

async function abortIncompleteUploads(objects: ObjectStore, key: string): Promise<void> {
  try {
    await objects.abortIncompleteUploads(key);
  } catch (error) {
    // Behind a link: reading the file names it.
    if (!isObjectError(error)) throw error;
  }
}

/** Keys that have the same order as the days. */
const ofDayName = /^[^/]+\/year=\d{4}\/month=\d\d\/day=\d\d\/snapshot\.parquet$/;

interface LatestSnapshot {
  readonly rows: Readonly<Record<SnapshotTable, readonly TableRow[]>>;
  /** The files that are to be replaced. */
  readonly ofDay: Readonly<Record<SnapshotTable, SnapshotFile>>;
  readonly problems: readonly FileProblem[];
}

/**
 * The rows of the day's snapshot, and of the newest one that can be read on either side of it. Those after the day are of
 * runs whose clock was wrong, and lack what was known since; those before the day contain each other.
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
      // Only a link can hide what is to be merged; other names are no snapshot, as is any but that of a day.
      if (other.kind === "link") problems.push(otherEntryProblem(other));
    }))
      if (key !== today && ofDayName.test(key)) keys.push(key);
    ofDay[table] = await read(table, today);
    keys.reverse();
    for (const side of [keys.filter((key) => key < today), keys.filter((key) => key > today)])
      for (const key of side) if ((await read(table, key)).kind === "read") break;
  }
  return { rows, ofDay: ofDay as Record<SnapshotTable, SnapshotFile>, problems };
}
