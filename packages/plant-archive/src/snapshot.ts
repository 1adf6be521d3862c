import type { ReferenceData } from "@lmnh/plant-schema";
import { objectSource } from "./parquet/byte-source.js";
import { decodeTable } from "./parquet/table.js";
import { dayPath } from "./partition.js";
import type { ObjectStore, ReadingLedger } from "./ports.js";
import {
  encodeSnapshot,
  readSnapshot,
  type SnapshotTable,
  snapshotTables,
  type TableRow,
} from "./snapshot-tables.js";
import { whole } from "./whole.js";

export interface SnapshotOptions {
  readonly ledger: ReadingLedger;
  readonly objects: ObjectStore;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/**
 * Writes all reference data beside the readings, a file a table and day; a later run of the day takes the place of an
 * earlier one. What a run that was killed has left of it is cleared away.
 */
export async function writeSnapshot({ ledger, objects, runId, atMs }: SnapshotOptions): Promise<void> {
  const tables = encodeSnapshot(await ledger.referenceData(), { runId, atMs });
  const day = dayPath(new Date(atMs).toISOString().slice(0, 10));
  // The plants last: they are what `readNewestSnapshot` looks for, and then the rest is there.
  for (const table of snapshotTables) {
    const key = `${table}/${day}/snapshot.parquet`;
    await objects.discardUnfinished(key);
    const before = await objects.head(key);
    // Where another archiver is first, its snapshot is as good.
    await objects.put(key, whole(tables[table]), before === null ? {} : { replaces: before.tag });
  }
}

/** The newest snapshot that is whole; `null` where there is none. */
export async function readNewestSnapshot(objects: ObjectStore): Promise<ReferenceData | null> {
  let newest: string | null = null;
  for await (const { key } of objects.list("plant/")) newest = key;
  if (newest === null) return null;
  const name = newest.slice("plant/".length);
  const tables: Partial<Record<SnapshotTable, readonly TableRow[]>> = {};
  for (const table of snapshotTables) tables[table] = await readTable(objects, `${table}/${name}`);
  const { botanist = [], country = [], city = [], origin = [], plant = [] } = tables;
  return readSnapshot({ botanist, country, city, origin, plant });
}

async function readTable(objects: ObjectStore, key: string): Promise<readonly TableRow[]> {
  return (await decodeTable(await objectSource(objects, key))).rows;
}
