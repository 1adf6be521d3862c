import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { PlantArchiveError } from "../../src/errors.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { startDigest } from "../../src/model/page-digest.js";
import { partitionEnd, partitionStart } from "../../src/model/partition.js";
import { readingPage, readingTable } from "../../src/model/reading-table.js";
import { decodePages, readManifest } from "../../src/parquet/decode-pages.js";
import { encodePages } from "../../src/parquet/encode-pages.js";
import { encode, flat, hour, inPages, toBytes } from "../support/reading-files.js";
import { anyReading, buildReading, makeReadings } from "../support/readings.js";
import { sourceOf } from "../support/source-of.js";

/** A file has readings of its hour only. */
function inHour(readings: fc.Arbitrary<ArchivedReading>): fc.Arbitrary<ArchivedReading> {
  const taken = fc.integer({ min: partitionStart(hour), max: partitionEnd(hour) - 1 });
  return fc.tuple(readings, taken).map(([reading, recordingTaken]) => ({ ...reading, recordingTaken }));
}

property(
  "readings come back to the bit, by plant and time, however they were paged",
  [fc.array(inHour(anyReading), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 70 })],
  async (readings, pageSize) => {
    const about = { partition: hour, runId: "archive-run", rows: readings.length };
    const bytes = await toBytes(encodePages(readingTable, inPages(readings, pageSize), about).bytes);
    const inOrder = readings.toSorted((a, b) => a.plantId - b.plantId || a.recordingTaken - b.recordingTaken);
    expect(await flat(decodePages<ArchivedReading>(readingTable, sourceOf(bytes)))).toEqual(inOrder);
  },
);

test("many readings round-trip in order, one page per row group", async () => {
  const readings = [...makeReadings(25_000)];
  const pages: number[] = [];
  const found: ArchivedReading[] = [];
  for await (const page of decodePages<ArchivedReading>(readingTable, sourceOf(await encode(readings)))) {
    pages.push(page.length);
    found.push(...page);
  }
  expect(pages).toEqual([10_000, 10_000, 5_000]);
  expect(found).toEqual(readings);
});

test.each<[string, Partial<ArchivedReading>]>([
  ["is null", { lastWatered: null, runId: null }],
  ["is 0 or empty", { lastWatered: 0, runId: "", soilMoisture: 0, temperature: -0, qualityFlag: 0 }],
  ["is as large as it can be", { readingId: Number.MAX_SAFE_INTEGER, plantId: Number.MAX_SAFE_INTEGER }],
])("a column in which every value %s round-trips", async (_, values) => {
  const readings = Array.from({ length: 300 }, () => buildReading(values));
  expect(await flat(decodePages<ArchivedReading>(readingTable, sourceOf(await encode(readings))))).toEqual(
    readings,
  );
});

test("0 and −0 round-trip in a column of few values", async () => {
  const readings = Array.from({ length: 300 }, (_, index) =>
    buildReading({ soilMoisture: index % 2 === 0 ? 0 : -0, temperature: index % 3 === 0 ? -0 : 15.25 }),
  );
  expect(await flat(decodePages<ArchivedReading>(readingTable, sourceOf(await encode(readings))))).toEqual(
    readings,
  );
});

test("the manifest describes the file, and `sum` equals it", async () => {
  const readings = [...makeReadings(2_500)];
  const digest = startDigest(readingTable);
  digest.add(readingPage(readings));
  const encoded = encodePages(readingTable, inPages(readings, 1_000), {
    partition: hour,
    runId: "archive-run",
    rows: 2_500,
  });
  const bytes = await toBytes(encoded.bytes);
  expect(encoded.sum()).toEqual(digest.sum());
  expect(await readManifest(sourceOf(bytes, "a/b.parquet"))).toEqual({
    key: "a/b.parquet",
    schemaVersion: 1,
    partition: hour,
    runId: "archive-run",
    rows: 2_500,
    digest: digest.sum().digest,
    bytes: bytes.byteLength,
  });
});

test("the same readings encode to the same bytes", async () => {
  const readings = [...makeReadings(1_000)];
  expect(Buffer.compare(await encode(readings), await encode(readings))).toBe(0);
});

describe("encodePages fails unless it gets the expected readings:", () => {
  test.each([
    ["one less than", 15_000, 14_999],
    ["one more than", 14_999, 15_000],
    ["none of", 0, 10],
    ["none, as expected, of", 0, 0],
  ])("%s them", async (_, given, rows) => {
    const encoded = encodePages(readingTable, inPages(makeReadings(given), 1_000), {
      partition: hour,
      runId: "run",
      rows,
    });
    const parts: Uint8Array[] = [];
    const error = await (async () => {
      for await (const part of encoded.bytes) parts.push(part);
    })().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlantArchiveError);
    expect(error).toMatchObject({ code: "READINGS_CHANGED", recovery: "retry" });
    expect((error as Error).message).toContain(`${rows} readings of which the database has ${given}`);
    await expect(readManifest(sourceOf(Buffer.concat(parts)))).rejects.toMatchObject({
      code: "OBJECT_INVALID",
    });
  });
});

test("encodePages keeps no more rows than it expects, however many there are", async () => {
  let kept = 0;
  const readings = [...makeReadings(1_000)];
  async function* pages() {
    for (let number = 0; number < 4_000; number++) {
      kept = process.memoryUsage().arrayBuffers;
      yield readingPage(readings);
    }
  }
  const before = process.memoryUsage().arrayBuffers;
  const encoded = encodePages(readingTable, pages(), { partition: hour, runId: "run", rows: 10 });
  await expect(toBytes(encoded.bytes)).rejects.toMatchObject({ code: "READINGS_CHANGED" });
  expect(encoded.sum().rows).toBe(4_000_000);
  expect(kept - before).toBeLessThan(150_000_000);
});

test("encodePages rethrows the error of its pages", async () => {
  const lost = new Error("connection lost");
  async function* pages() {
    yield readingPage([buildReading()]);
    throw lost;
  }
  const { bytes } = encodePages(readingTable, pages(), { partition: hour, runId: "run", rows: 1 });
  await expect(toBytes(bytes)).rejects.toBe(lost);
});

test("a part does not change when the next one is encoded", async () => {
  const { bytes } = encodePages(readingTable, inPages(makeReadings(30_000), 5_000), {
    partition: hour,
    runId: "run",
    rows: 30_000,
  });
  const kept: { readonly part: Uint8Array; readonly copy: Buffer }[] = [];
  for await (const part of bytes) kept.push({ part, copy: Buffer.from(part) });
  expect(kept.length).toBe(4);
  for (const { part, copy } of kept) expect(copy.equals(part)).toBe(true);
});

test("a file is read in one range for its footer and one a row group", async () => {
  const source = sourceOf(await encode([...makeReadings(25_000)]));
  const ranges: [number, number][] = [];
  const counted = {
    ...source,
    slice(start: number, end: number) {
      ranges.push([start, end]);
      return source.slice(start, end);
    },
  };
  expect(await flat(decodePages<ArchivedReading>(readingTable, counted))).toHaveLength(25_000);
  expect(ranges).toHaveLength(4);
  expect(ranges[0]?.[1]).toBe(source.byteLength);
  expect(ranges[1]?.[0]).toBe(0);
});
