import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { partitionOf } from "../../src/model/partition.js";
import { encodeReadings } from "../../src/parquet/encode-readings.js";

export const hour = partitionOf(Date.UTC(2026, 0, 26, 13));

export async function* inPages<Item>(
  items: Iterable<Item>,
  size: number,
): AsyncGenerator<Item[], void, void> {
  let page: Item[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  yield page;
}

export async function toBytes(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

export async function encode(readings: readonly ArchivedReading[]): Promise<Uint8Array> {
  const about = { partition: hour, runId: "archive-run", rows: readings.length };
  return toBytes(encodeReadings(inPages(readings, 1_000), about).bytes);
}

export async function flat<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
