import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { PlantArchiveError } from "../../src/errors.js";
import { startDigest } from "../../src/model/page-digest.js";
import { readingTable } from "../../src/model/reading-table.js";
import { type ByteSource, objectSource } from "../../src/parquet/byte-source.js";
import { decodePages, readManifest } from "../../src/parquet/decode-pages.js";
import { manifestKeys } from "../../src/parquet/manifest-keys.js";
import { startFile } from "../../src/parquet/parquet-writer.js";
import { encodeTable } from "../../src/parquet/table-codec.js";
import { encode, flat, hour } from "../support/reading-files.js";
import { makeReadings } from "../support/readings.js";
import { sourceOf } from "../support/source-of.js";

/** Reads everything that there is to read; what it throws must be OBJECT_INVALID and name the key. */
async function findDamage(bytes: Uint8Array): Promise<string | null> {
  const source = sourceOf(bytes, "plant_reading/damaged.parquet");
  try {
    const digest = startDigest(readingTable);
    const manifest = await readManifest(source);
    for await (const page of decodePages(readingTable, source)) digest.add(page);
    expect(manifest).toMatchObject(digest.sum());
    return null;
  } catch (error) {
    if (!(error instanceof PlantArchiveError)) throw error;
    expect(error).toMatchObject({ code: "OBJECT_INVALID", recovery: "skip" });
    expect(error.message).toMatch(/^plant_reading\/damaged\.parquet /);
    expect(error.message).not.toMatch(/\n/);
    return error.message;
  }
}

const small = await encode([...makeReadings(70)]);
const large = await encode([...makeReadings(25_000)]);

test("an undamaged file is read", async () => {
  expect(await findDamage(small)).toBeNull();
  expect(await findDamage(large)).toBeNull();
});

test("a truncated file is invalid, wherever it ends", async () => {
  for (let length = 0; length < small.byteLength; length++)
    expect(await findDamage(small.subarray(0, length)), `at ${length}`).not.toBeNull();
});

test.each([0x01, 0xff])("a byte that differs by %i anywhere is detected", async (difference) => {
  for (let position = 0; position < small.byteLength; position++) {
    const bytes = Buffer.from(small);
    bytes.writeUInt8(bytes.readUInt8(position) ^ difference, position);
    expect(await findDamage(bytes), `at ${position}`).not.toBeNull();
  }
});

const place = fc.integer({ min: 0, max: large.byteLength });

property(
  "bytes that changed, went missing or came in anywhere in a large file are found out",
  [place, fc.integer({ min: 0, max: 100 }), fc.uint8Array({ maxLength: 100 })],
  async (start, length, instead) => {
    const bytes = Buffer.concat([large.subarray(0, start), instead, large.subarray(start + length)]);
    fc.pre(!bytes.equals(large));
    expect(await findDamage(bytes)).not.toBeNull();
  },
);

property("no bytes whatever are taken for a file", [fc.uint8Array({ maxLength: 300 })], async (noise) => {
  expect(await findDamage(noise)).not.toBeNull();
  expect(await findDamage(Buffer.concat([noise, Buffer.from("PAR1")]))).not.toBeNull();
});

test("pages before the damage are correct", async () => {
  const bytes = Buffer.from(large);
  const lastRowGroup = bytes.byteLength - 30_000;
  bytes.writeUInt8(bytes.readUInt8(lastRowGroup) ^ 1, lastRowGroup);
  const pages: number[] = [];
  const reading = (async () => {
    for await (const page of decodePages(readingTable, sourceOf(bytes))) pages.push(page.length);
  })();
  await expect(reading).rejects.toThrow(/is damaged between the bytes \d+ and \d+/);
  expect(pages).toEqual([10_000, 10_000]);
});

describe("a valid file of another kind is rejected:", () => {
  const metadata = {
    [manifestKeys.schemaVersion]: "1",
    [manifestKeys.partition]: hour,
    [manifestKeys.runId]: "run",
    [manifestKeys.rows]: "0",
    [manifestKeys.digest]: "0".repeat(32),
  };
  const withMetadata = (changes: Record<string, string>) =>
    findDamage(Buffer.from(startFile(readingTable.columns).footer({ ...metadata, ...changes })));

  test.each([
    [manifestKeys.schemaVersion, "2", "has 2 where this program reads 1"],
    [manifestKeys.schemaVersion, "", "has nothing"],
    [manifestKeys.partition, "2026-02-30T13", "has 2026-02-30T13"],
    [manifestKeys.runId, "", "has nothing"],
    [manifestKeys.rows, "1", "has 1 where there are 0"],
    [manifestKeys.digest, "ABC", "has ABC"],
  ])("%s is %j", async (name, value, problem) => {
    expect(await withMetadata({})).toBeNull();
    expect(await withMetadata({ [name]: value })).toContain(`${problem} as its ${name}`);
  });

  test("another table of the archive", async () => {
    const table = { columns: [{ name: "plant_id", type: "int64" }], rows: [{ plant_id: 1 }] } as const;
    expect(await findDamage(encodeTable({ ...table, metadata: {} }))).toContain(
      "has nothing as its plant_archive.schema_version",
    );
    expect(
      await findDamage(encodeTable({ ...table, metadata: { ...metadata, [manifestKeys.rows]: "1" } })),
    ).toContain("has the columns plant_id int64 and not plant_reading_id int64, ");
  });
});

test("a source that returns fewer bytes is invalid", async () => {
  const source: ByteSource = { ...sourceOf(small), slice: async () => new Uint8Array(3) };
  await expect(readManifest(source)).rejects.toMatchObject({ code: "OBJECT_INVALID" });
});

test("an error of the store is rethrown, from the footer and from a row group", async () => {
  const busy = new PlantArchiveError("STORE_UNREACHABLE", "retry", "busy");
  const singleChunk = sourceOf(small);
  const never: ByteSource = { ...singleChunk, slice: () => Promise.reject(busy) };
  await expect(readManifest(never)).rejects.toBe(busy);
  const once: ByteSource = {
    ...singleChunk,
    slice: (start, end) =>
      start === 0 && end < small.byteLength ? Promise.reject(busy) : singleChunk.slice(start, end),
  };
  await expect(flat(decodePages(readingTable, once))).rejects.toBe(busy);
});

describe("an object of a store", () => {
  const store: Parameters<typeof objectSource>[0] = {
    name: "the archive",
    head: async (key) => (key === "there" ? { key, bytes: small.byteLength, etag: "1" } : null),
    read: async (_, start, end) => small.subarray(start, end),
  };

  test("is read in ranges", async () => {
    const source = await objectSource(store, "there");
    expect(source).toMatchObject({ key: "there", byteLength: small.byteLength });
    expect(await flat(decodePages(readingTable, source))).toHaveLength(70);
  });

  test("that does not exist is OBJECT_MISSING", async () => {
    await expect(objectSource(store, "gone")).rejects.toMatchObject({
      code: "OBJECT_MISSING",
      message: expect.stringMatching(/^gone is not in the archive\./),
    });
  });
});
