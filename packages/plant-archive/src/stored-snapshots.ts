import type { ReferenceData } from "@lmnh/plant-schema";
import { isObjectError } from "./errors.js";
import { linkProblem } from "./link-problem.js";
import { invalidObject, objectSource } from "./parquet/byte-source.js";
import { decodeTable } from "./parquet/table.js";
import type { ObjectInfo, ObjectStore } from "./ports.js";
import type { FileProblem } from "./report.js";
import {
  explainUnreadable,
  readSnapshot,
  type SnapshotTable,
  snapshotTables,
  type TableRow,
} from "./snapshot-tables.js";

/** Where the snapshots of a table are; every Parquet file among them is one. */
export function snapshotPrefix(table: SnapshotTable): string {
  return `${table}/`;
}

export interface StoredSnapshots {
  /** `null` where no snapshot can be read. */
  readonly data: ReferenceData | null;
  /** Objects among the snapshots that cannot be read as such, and links. */
  readonly problems: readonly FileProblem[];
}

const filesAtOnce = 8;

/** Reads every snapshot of the store; its rows come in the order of days, and may be several of one plant. */
export async function readAllSnapshots(objects: ObjectStore): Promise<StoredSnapshots> {
  const problems: FileProblem[] = [];
  const rows: Record<SnapshotTable, readonly TableRow[]> = { ...noRows };
  let found = false;
  for (const table of snapshotTables) {
    const distinct = new Map<string, TableRow>();
    const keys: string[] = [];
    for await (const { key } of objects.list(snapshotPrefix(table), (link) =>
      problems.push(linkProblem(link)),
    ))
      keys.push(key);
    for (let start = 0; start < keys.length; start += filesAtOnce) {
      const read = keys.slice(start, start + filesAtOnce).map((key) => readSnapshotFile(objects, table, key));
      for (const file of await Promise.all(read)) {
        if (file.kind === "unreadable") problems.push(file);
        if (file.kind !== "read") continue;
        found = true;
        // From day to day hardly anything changes: each row is kept once.
        for (const { snapshot_at: _, ...row } of file.rows) distinct.set(JSON.stringify(row), row);
      }
    }
    rows[table] = [...distinct.values()];
  }
  return { data: found ? readSnapshot(rows) : null, problems };
}

export const noRows: Readonly<Record<SnapshotTable, readonly TableRow[]>> = {
  botanist: [],
  country: [],
  city: [],
  origin: [],
  plant: [],
};

export type SnapshotFile =
  | { readonly kind: "read"; readonly tag: string; readonly rows: readonly TableRow[] }
  | { readonly kind: "unreadable"; readonly key: string; readonly reason: string }
  | { readonly kind: "missing" };

/** Reads one file of a snapshot, again where another archiver replaces it meanwhile. */
export async function readSnapshotFile(
  objects: ObjectStore,
  table: SnapshotTable,
  key: string,
): Promise<SnapshotFile> {
  for (;;) {
    let before: ObjectInfo | null = null;
    try {
      before = await objects.head(key);
      if (before === null) return { kind: "missing" };
      const decoded = await decodeTable(await objectSource(objects, key));
      const problem = explainUnreadable(table, decoded);
      if (problem !== null) throw invalidObject(key, problem);
      return { kind: "read", tag: before.tag, rows: decoded.rows };
    } catch (error) {
      if (!isObjectError(error)) throw error;
      // Without a tag it is behind a link, of which no object can be read.
      if (before === null || (await objects.head(key))?.tag === before.tag)
        return { kind: "unreadable", key, reason: error.message };
    }
  }
}
