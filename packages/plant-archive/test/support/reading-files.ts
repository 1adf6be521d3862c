import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { partitionOf } from "../../src/model/partition.js";
import { type ReadingPage, readingPage, readingTable } from "../../src/model/reading-table.js";
import { encodePages } from "../../src/parquet/encode-pages.js";

export const hour = partitionOf(Date.UTC(2026, 0, 26, 13));

export async function* inPages(
  readings: Iterable<ArchivedReading>,
  size: number,
): AsyncGenerator<ReadingPage, void, void> {
  let page: ArchivedReading[] = [];
  for (const reading of readings) {
    page.push(reading);
    if (page.length < size) continue;
    yield readingPage(page);
    page = [];
  }
  yield readingPage(page);
}

export async function toBytes(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

export async function encode(readings: readonly ArchivedReading[]): Promise<Uint8Array> {
  const about = { partition: hour, runId: "archive-run", rows: readings.length };
  return toBytes(encodePages(readingTable, inPages(readings, 1_000), about).bytes);
}

export async function flat<Item>(pages: AsyncIterable<Iterable<Item>>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
