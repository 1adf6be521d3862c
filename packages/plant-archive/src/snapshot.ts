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

/** Writes all reference data beside the readings, a file a table, under the day and second of the run. */
export async function writeSnapshot({ ledger, objects, runId, atMs }: SnapshotOptions): Promise<void> {
  const tables = encodeSnapshot(await ledger.referenceData(), { runId, atMs });
  const at = new Date(atMs).toISOString();
  const name = `${at.slice(11, 19).replaceAll(":", "")}Z-${runId}.parquet`;
  // The plants last: they are what `readNewestSnapshot` looks for, and then the rest is there.
  for (const table of snapshotTables)
    await objects.put(`${table}/${dayPath(at.slice(0, 10))}/${name}`, whole(tables[table]));
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
