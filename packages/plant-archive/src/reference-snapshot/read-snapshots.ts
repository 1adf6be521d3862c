import type { ReferenceData } from "@lmnh/plant-schema";
import { isObjectError } from "../errors.js";
import { dayPath } from "../model/partition.js";
import { otherEntryProblem } from "../object-store/other-entry-problem.js";
import { invalidObject, objectSource } from "../parquet/byte-source.js";
import { decodeTable } from "../parquet/table-codec.js";
import type { ObjectStore } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { mergeReferenceData } from "./merge-reference-data.js";
import {
  explainUnreadable,
  readSnapshot,
  type SnapshotTable,
  snapshotRows,
  snapshotTables,
  type TableRow,
} from "./snapshot-codec.js";

/** Every Parquet file under it is a snapshot of the table. */
export function snapshotPrefix(table: SnapshotTable): string {
  return `${table}/`;
}

export function snapshotKey(table: SnapshotTable, day: string): string {
  return `${snapshotPrefix(table)}${dayPath(day)}/snapshot.parquet`;
}

export interface StoredSnapshots {
  /** `null` if no snapshot can be read. */
  readonly data: ReferenceData | null;
  /** Unreadable snapshots, and entries that are not objects. */
  readonly problems: readonly FileProblem[];
}

const filesAtOnce = 8;

/**
 * Reads every snapshot and merges them in the order of days. Only the newest row of each natural key is in memory: signed
 * image URLs change daily, so hardly two rows of a plant are equal.
 *
 * @throws the signal's reason
 */
export async function readAllSnapshots(objects: ObjectStore, signal?: AbortSignal): Promise<StoredSnapshots> {
  const problems: FileProblem[] = [];
  let data: ReferenceData | null = null;
  // Botanists before the plants that refer to them.
  for (const table of snapshotTables) {
    const keys: string[] = [];
    for await (const { key } of objects.list(snapshotPrefix(table), (other) =>
      problems.push(otherEntryProblem(other)),
    ))
      keys.push(key);
    const before: ReferenceData = data ?? readSnapshot(noRows);
    const { botanist } = snapshotRows(before);
    for (let start = 0; start < keys.length; start += filesAtOnce) {
      const read = keys
        .slice(start, start + filesAtOnce)
        .map((key) => readSnapshotFile(objects, table, key, signal));
      const states: ReferenceData[] = [];
      for (const file of await Promise.all(read)) {
        if (file.kind === "unreadable") problems.push(file);
        if (file.kind === "read") states.push(readSnapshot({ ...noRows, botanist, [table]: file.rows }));
      }
      if (states.length > 0) data = mergeReferenceData(data ?? before, ...states);
    }
  }
  return { data, problems };
}

export const noRows: Readonly<Record<SnapshotTable, readonly TableRow[]>> = {
  botanist: [],
  country: [],
  city: [],
  origin: [],
  plant: [],
};

export type SnapshotFile =
  | {
      readonly kind: "read";
      readonly etag: string;
      readonly rows: readonly TableRow[];
      /** ISO 8601; `null` if the metadata has no time. */
      readonly snapshotAt: string | null;
    }
  /** `fact` is `reason` without the advice. */
  | { readonly kind: "unreadable"; readonly key: string; readonly reason: string; readonly fact: string }
  | { readonly kind: "missing" };

const attempts = 5;

/**
 * Reads one file of a snapshot, again if another archiver replaces it meanwhile.
 *
 * @throws the signal's reason
 */
export async function readSnapshotFile(
  objects: ObjectStore,
  table: SnapshotTable,
  key: string,
  signal?: AbortSignal,
): Promise<SnapshotFile> {
  let failed = { etag: "", reason: "", fact: "" };
  for (let attempt = 1; ; attempt++) {
    let etag: string | null = null;
    try {
      const source = await objectSource(objects, key, signal);
      etag = source.etag;
      if (etag === failed.etag) {
        const { reason, fact } = failed;
        return { kind: "unreadable", key, reason, fact };
      }
      const decoded = await decodeTable(source);
      const problem = explainUnreadable(table, decoded);
      if (problem !== null) throw invalidObject(key, problem);
      return { kind: "read", etag, rows: decoded.rows, snapshotAt: decoded.metadata.snapshot_at ?? null };
    } catch (error) {
      if (!isObjectError(error)) throw error;
      if (error.code === "OBJECT_MISSING") return { kind: "missing" };
      // Without an ETag it is behind a symbolic link.
      const { message: reason, fact } = error;
      if (etag === null || attempt === attempts) return { kind: "unreadable", key, reason, fact };
      failed = { etag, reason, fact };
    }
  }
}
