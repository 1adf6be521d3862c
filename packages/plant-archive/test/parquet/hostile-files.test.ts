import { describe, expect, test } from "vitest";
import { verifyObject } from "../../src/lifecycle/verify-object.js";
import type { ArchiveFile } from "../../src/model/archive-file.js";
import { readingTable } from "../../src/model/reading-table.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { singleChunk } from "../../src/object-store/single-chunk.js";
import { decodePages, readManifest } from "../../src/parquet/decode-pages.js";
import { decodeInThread } from "../../src/parquet/decoding-thread.js";
import {
  decodingLimitMs,
  maxFooterBytes,
  maxRowGroupBytes,
  maxTextLength,
} from "../../src/parquet/limits.js";
import { manifestKeys } from "../../src/parquet/manifest-keys.js";
import { openFile } from "../../src/parquet/parquet-reader.js";
import { startFile } from "../../src/parquet/parquet-writer.js";
import { decodeTable, encodeTable } from "../../src/parquet/table-codec.js";
import { encode, flat, hour } from "../support/reading-files.js";
import { buildReading, makeReadings } from "../support/readings.js";
import {
  describeOtherwise,
  literal,
  type Page,
  replacePage,
  sealChanged,
  takeApart,
  varint,
} from "../support/sealed-files.js";
import { sourceOf } from "../support/source-of.js";

const rows = 65;
const file = await encode([...makeReadings(rows)]);
const invalid = (problem: RegExp) => ({ code: "OBJECT_INVALID", message: expect.stringMatching(problem) });
const read = (bytes: Uint8Array) => flat(decodePages(readingTable, sourceOf(bytes)));

test("a file that was decoded and encoded again is read as before", async () => {
  const { data, footer } = takeApart(file);
  const readings = await read(file);
  expect(readings).toHaveLength(rows);
  expect(await read(sealChanged(file, data, footer))).toEqual(readings);
  expect(await read(describeOtherwise(file, (same) => same))).toEqual(readings);
});

describe("a file whose hashes are right and whose page headers are not is invalid at once", () => {
  test.each([
    // hyparquet would take the fields that are missing for NaN, and read the same byte for ever.
    ["skips the number of rows", 0x95],
    ["has the number of rows as a text", 0x18],
    ["has a list in its place", 0x19],
    ["has a map in its place, which Parquet does not use", 0x1b],
    ["ends before it", 0x00],
  ])("a header that %s", async (_what, byte) => {
    // Of a column that may have nulls and has none: hyparquet places its levels by fields of the header, and takes the
    // length of their only run from there.
    const watered = await encode([...makeReadings(rows)].map((reading) => ({ ...reading, lastWatered: 0 })));
    const { data, footer } = takeApart(watered);
    const changed = Buffer.from(data);
    const details = changed.indexOf(0x5c, (await chunkOf(watered, "last_watered")).dataPage);
    // After fields 1 and 2: the numbers of values and of nulls.
    const field = details + 1 + 3 + 2;
    expect(changed[field]).toBe(0x15);
    changed[field] = byte;
    const bytes = sealChanged(watered, changed, footer);
    await expect(read(bytes)).rejects.toMatchObject(invalid(/cannot be decoded between/));
  });
});

describe("a file that claims more than a file of the archive can have is invalid before anything is decoded", () => {
  test("rows in a row group", async () => {
    const writer = startFile([{ name: "plant_id", type: "int64" }]);
    const group = writer.rowGroup([new Array(20_000).fill(1n)]);
    const bytes = Buffer.concat([group, writer.footer({})]);
    await expect(readManifest(sourceOf(bytes))).rejects.toMatchObject(
      invalid(/claims a row group of 20000 rows/),
    );
  });

  test.each<[string, bigint, RegExp]>([
    ["eight million rows", 8_000_000n, /claims a row group of 8000000 rows/],
    ["no rows", 0n, /claims a row group of 0 rows/],
    ["a negative number of rows", -1n, /claims a row group of -1 rows/],
  ])("%s in the footer", async (_what, claimed, problem) => {
    const bytes = describeOtherwise(file, (footer) => ({
      ...footer,
      num_rows: claimed,
      row_groups: footer.row_groups.map((group) => ({ ...group, num_rows: claimed })),
    }));
    await expect(read(bytes)).rejects.toMatchObject(invalid(problem));
  });

  test("rows that its row groups do not have", async () => {
    const bytes = describeOtherwise(file, (footer) => ({ ...footer, num_rows: 8_000_000n }));
    await expect(read(bytes)).rejects.toMatchObject(invalid(/claims 8000000 rows and has row groups of 65/));
  });

  test.each<[string, (offset: bigint) => bigint]>([
    ["before the file", (offset) => offset - 10_000n],
    ["beyond it", (offset) => offset + 2n ** 62n],
    ["elsewhere in it", (offset) => offset + 1n],
  ])("a column that is placed %s", async (_where, move) => {
    const bytes = describeOtherwise(file, (footer) => ({
      ...footer,
      row_groups: footer.row_groups.map((group) => ({
        ...group,
        columns: group.columns.map((chunk, index) => ({
          ...chunk,
          ...(index === 4 &&
            chunk.meta_data && {
              meta_data: { ...chunk.meta_data, data_page_offset: move(chunk.meta_data.data_page_offset) },
            }),
        })),
      })),
    }));
    await expect(read(bytes)).rejects.toMatchObject(invalid(/describes the column temperature/));
  });

  test("a footer with a number of a million bytes, or with a list that is longer than the footer", async () => {
    const { data } = takeApart(file);
    for (const footer of [
      Buffer.concat([Buffer.from([0x16]), Buffer.alloc(1_000_000, 0xff), Buffer.from([0, 0])]),
      Buffer.concat([Buffer.from([0x19, 0xfc]), varint(2 ** 31), Buffer.alloc(100)]),
      Buffer.alloc(100_000, 0x1c),
    ])
      await expect(read(sealChanged(file, data, footer))).rejects.toMatchObject(
        invalid(/footer that cannot be read/),
      );
  });
});

const page = (encoding: Page["encoding"], ...parts: Uint8Array[]): Page => {
  const bytes = Buffer.concat(parts);
  return { compressed: literal(bytes), uncompressedBytes: bytes.length, rows, encoding };
};

describe("a page with more values than its header has is invalid before they are decoded", () => {
  const bits = (width: number) => Buffer.from([width]);

  test.each<[string, string, Page]>([
    [
      "an index that is repeated a thousand million times",
      "quality_flag",
      page("RLE_DICTIONARY", bits(1), varint(2 ** 31 - 2), bits(0)),
    ],
    [
      "a thousand million indexes of no bits",
      "quality_flag",
      page("RLE_DICTIONARY", bits(0), varint(2 ** 30 - 1), bits(0)),
    ],
    ["runs of no indexes", "quality_flag", page("RLE_DICTIONARY", bits(0), Buffer.alloc(50))],
    [
      "indexes of more bits than a number has",
      "quality_flag",
      page("RLE_DICTIONARY", bits(255), varint(rows * 2), Buffer.alloc(32)),
    ],
    [
      "indexes that end before they are complete",
      "quality_flag",
      page("RLE_DICTIONARY", bits(1), varint(20), bits(0)),
    ],
    [
      "differences in a thousand million blocks",
      "recording_taken",
      page("DELTA_BINARY_PACKED", varint(128), varint(2 ** 31), varint(rows), Buffer.alloc(20)),
    ],
    [
      "more differences than values",
      "recording_taken",
      page("DELTA_BINARY_PACKED", varint(128), varint(4), varint(2 ** 31), Buffer.alloc(20)),
    ],
    [
      "levels that are repeated a thousand million times",
      "last_watered",
      {
        ...page("RLE_DICTIONARY", bits(0), varint(rows * 2)),
        levels: Buffer.concat([varint(2 ** 31 - 2), bits(1)]),
      },
    ],
  ])("%s", async (_what, column, replacement) => {
    const bytes = replacePage(file, column, replacement);
    await expect(read(bytes)).rejects.toMatchObject(invalid(/cannot be decoded between/));
    // What comes after it is read as before.
    expect(await read(file)).toHaveLength(rows);
  });

  test("pages that have more bytes than a row group may have, each or together", async () => {
    for (const [columns, length] of [
      [["a"], 2 ** 25],
      [["a", "b", "c"], 2 ** 24 - 1000],
    ] as const) {
      const writer = startFile(columns.map((name) => ({ name, type: "string" })));
      const group = writer.rowGroup(columns.map(() => ["x".repeat(length)]));
      const bytes = Buffer.concat([group, writer.footer({})]);
      await expect(decodeTable(sourceOf(bytes))).rejects.toMatchObject(
        invalid(/has \d+ bytes, above 33554432, in a row group|cannot be decoded/),
      );
    }
  });
});

describe("what takes too long to decode", () => {
  // A difference is a number of any length, and the time for it grows with the square of that.
  const endless = replacePage(
    file,
    "recording_taken",
    page(
      "DELTA_BINARY_PACKED",
      varint(128),
      varint(4),
      varint(rows),
      varint(0),
      Buffer.alloc(2_000_000, 0xff),
    ),
  );

  test("is given up after two seconds of work, however large it is", () => {
    for (const rows of [0, 1, 10_000])
      for (const bytes of [0, 200_000, maxFooterBytes, maxRowGroupBytes]) {
        expect(decodingLimitMs(rows, bytes)).toBeLessThanOrEqual(2000);
        expect(decodingLimitMs(rows, bytes)).toBeGreaterThanOrEqual(500);
      }
  });

  test("is given up, and the next file is decoded", async () => {
    await expect(read(endless)).rejects.toMatchObject(invalid(/takes longer to decode than any file/));
    expect(await read(file)).toHaveLength(rows);
  });

  test("is given up at once when the signal aborts, and what waits behind it is decoded", async () => {
    const stop = new AbortController();
    const columns = [{ name: "recording_taken", type: "timestamp" }] as const;
    const chunks = [await chunkOf(endless, "recording_taken")];
    const decoding = decodeInThread("rowGroup", [takeApart(endless).data, columns, { rows, chunks }], {
      limitMs: 3_600_000,
      signal: stop.signal,
    });
    const behind = read(file);
    stop.abort(new Error("stopped"));
    await expect(decoding).rejects.toThrow("stopped");
    expect(await behind).toHaveLength(rows);
  });
});

async function chunkOf(bytes: Uint8Array, name: string) {
  const { columns, rowGroups } = await openFile(sourceOf(bytes));
  const chunk = rowGroups[0]?.chunks[columns.findIndex((column) => column.name === name)];
  if (chunk === undefined) throw new Error(`there is no ${name}`);
  return chunk;
}

describe("a file whose hashes are right and whose values are not is invalid", () => {
  test("a reading that was taken outside the file's hour", async () => {
    const [first = buildReading()] = makeReadings(1);
    const late = { ...first, recordingTaken: first.recordingTaken + 3_600_000 };
    await expect(read(await encode([first, late]))).rejects.toMatchObject(invalid(/outside its hour/));
  });

  test.each([
    ["a time that is no time", { ingestedAt: 2 ** 53 - 1 }, /an invalid time/],
    ["a measurement that is no number", { soilMoisture: Number.NaN }, /is not a number/],
  ])("%s", async (_what, values, problem) => {
    await expect(read(await encode([buildReading(values)]))).rejects.toMatchObject(invalid(problem));
  });

  test("an index beyond its dictionary", async () => {
    const page = Buffer.concat([Buffer.from([8]), varint(rows * 2), Buffer.from([200])]);
    const bytes = replacePage(file, "quality_flag", {
      compressed: literal(page),
      uncompressedBytes: page.length,
      rows,
      encoding: "RLE_DICTIONARY",
    });
    await expect(read(bytes)).rejects.toMatchObject(invalid(/a value of quality_flag that is not int32/));
  });

  test("a run id that is longer than the writer writes, which it refuses", async () => {
    const longest = buildReading({ runId: "x".repeat(maxTextLength) });
    expect(await read(await encode([longest]))).toEqual([longest]);
    await expect(encode([buildReading({ runId: "x".repeat(maxTextLength + 1) })])).rejects.toMatchObject({
      code: "READING_INVALID",
      message: expect.stringContaining("The row 1 of plant_reading"),
    });
  });
});

test("verifyObject does not decode a file with another manifest than the catalog", async () => {
  const readings = [...makeReadings(rows)];
  const store = memoryObjectStore();
  await store.put("a.parquet", singleChunk(file));
  const ranges: number[] = [];
  const counting = {
    ...store,
    read: (...parameters: Parameters<typeof store.read>) => {
      ranges.push(parameters[1]);
      return store.read(...parameters);
    },
  };
  const about: ArchiveFile = {
    fileId: 1,
    key: "a.parquet",
    partition: hour,
    state: "claimed",
    range: { after: 0, through: 0 },
    rows,
    bytes: null,
    digest: null,
    runId: "r",
  };
  const { digest } = await readManifest(sourceOf(file));
  for (const [changed, expected, reason] of [
    [about, { rows: rows + 1, digest }, /has 65 readings where the database has 66/],
    [about, { rows, digest: "0".repeat(32) }, /has other readings/],
    [{ ...about, bytes: file.byteLength + 1 }, { rows, digest }, /has \d+ bytes where the catalog has \d+/],
  ] as const) {
    ranges.length = 0;
    expect(await verifyObject(counting, readingTable, changed, expected)).toMatchObject({
      kind: "mismatch",
      reason: expect.stringMatching(reason),
    });
    // The footer, and nothing of the readings.
    expect(ranges).toHaveLength(1);
  }
  expect(await verifyObject(counting, readingTable, about, { rows, digest })).toMatchObject({
    kind: "verified",
  });
  expect(readings).toHaveLength(rows);
});

test.each(["timestamp", "date"] as const)(
  "a %s of which no date can be made is invalid in a table",
  async (type) => {
    const writer = startFile([{ name: "day", type }]);
    const group = writer.rowGroup([[type === "date" ? 2 ** 31 - 1 : 2 ** 53 - 1]]);
    const bytes = Buffer.concat([group, writer.footer({})]);
    await expect(decodeTable(sourceOf(bytes))).rejects.toMatchObject(
      invalid(/as a day, which is not (timestamp|date)/),
    );
  },
);

test("a table of more rows than a row group may have round-trips", async () => {
  const many = Array.from({ length: 12_345 }, (_, index) => ({ plant_id: index, name: `plant ${index}` }));
  const table = {
    columns: [
      { name: "plant_id", type: "int64" },
      { name: "name", type: "string" },
    ],
    rows: many,
    metadata: {},
  } as const;
  expect((await decodeTable(sourceOf(encodeTable(table)))).rows).toEqual(many);
});

test("the manifest of a file that has no row group and bytes in its place is invalid", async () => {
  const footer = startFile(readingTable.columns).footer({ [manifestKeys.rows]: "0" });
  const bytes = Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(1000), Buffer.from(footer).subarray(4)]);
  await expect(readManifest(sourceOf(bytes))).rejects.toMatchObject(invalid(/belong to no row group/));
});
