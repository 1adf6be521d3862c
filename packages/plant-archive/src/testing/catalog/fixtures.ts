import assert from "node:assert/strict";
import type { Closable, ContractSuite } from "@lmnh/plant-schema/testing";
import type { ArchiveFile, Manifest, VerifiedFile } from "../../model/archive-file.js";
import type { ArchivedReading } from "../../model/archived-reading.js";
import { type Partition, parsePartition } from "../../model/partition.js";
import { type ReadingPage, readingPage } from "../../model/reading-table.js";
import type { ArchiveCatalog, FileClaim } from "../../ports.js";
import type { ReadingTables } from "../catalog-tables.js";
import { fakeVerifiedFile } from "../fake-verified-file.js";
import { buildPlants, type NewReading } from "../reading-builders.js";

/** A catalog of an empty database, and its tables. */
export interface CatalogUnderTest extends Closable {
  /** The catalog to test. */
  readonly catalog: ArchiveCatalog;
  /** Another one on the same data, with its own connections if one process can have several writers. */
  readonly other: ArchiveCatalog;
  /** The tables of the catalog, which the suite fills and reads. */
  readonly tables: ReadingTables;
}

export const at = Date.parse("2026-01-29T00:05:00.000Z");

export function hour(text: string): Partition {
  const partition = parsePartition(text);
  if (partition === null) throw new Error(`${text} is not a partition`);
  return partition;
}

export const ten = hour("2026-01-28T10");

export function claimOf(key: string, partition: Partition = ten): FileClaim {
  return { key, partition, runId: "archiver", at };
}

/** Inserts readings and their plants. */
export async function insert(
  { catalog, tables }: CatalogUnderTest,
  readings: readonly NewReading[],
): Promise<void> {
  await catalog.loadReferenceData(buildPlants(...new Set(readings.map(({ plantId }) => plantId))));
  await tables.insert(readings);
}

/** Claims all readings of an hour. */
export async function claimAll(
  { catalog }: CatalogUnderTest,
  key: string,
  partition: Partition = ten,
): Promise<ArchiveFile> {
  const file = await catalog.claim(claimOf(key, partition), 1_000_000);
  if (file === null) throw new Error(`${partition} has nothing to claim`);
  return file;
}

export interface Archived {
  readonly file: VerifiedFile;
  readonly manifest: Manifest;
  readonly readings: readonly ArchivedReading[];
}

/** Claims all readings of an hour and marks the file as verified. Nothing is written. */
export async function archiveAll(
  under: CatalogUnderTest,
  key: string,
  partition: Partition = ten,
): Promise<Archived> {
  const claimed = await claimAll(under, key, partition);
  const readings = await collect(under.catalog.rows(claimed));
  const file = fakeVerifiedFile(claimed, readings);
  await under.catalog.markVerified(file, at);
  const { rows, bytes, digest, runId } = file;
  return { file, readings, manifest: { key, schemaVersion: 1, partition, runId, rows, digest, bytes } };
}

export async function collect<Item>(pages: AsyncIterable<Iterable<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let read = 0;
  for await (const page of pages) {
    items.push(...page);
    assert.ok(++read < 100_000, "the pages do not end");
  }
  return items;
}

/** Readings in pages of two. */
export async function* pagesOf(readings: readonly ArchivedReading[]): AsyncIterable<ReadingPage> {
  for (let start = 0; start < readings.length; start += 2)
    yield readingPage(readings.slice(start, start + 2));
}

export type Suite = ContractSuite<CatalogUnderTest>;
