import { expect, test } from "vitest";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { singleChunk } from "../../src/object-store/single-chunk.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { openFile } from "../../src/parquet/parquet-reader.js";
import { decodeTable, encodeTable } from "../../src/parquet/table-codec.js";
import {
  faultyObjectStore,
  type StoreFault,
  type Substitution,
} from "../../src/testing/faulty-object-store.js";
import { bodyOf, keysOf, textOf } from "../../src/testing/object-bytes.js";

/** Puts "abcde" under `a` and `b` through a faulty store, and returns the stored objects. */
async function putThrough(fault: StoreFault | Substitution) {
  const store = memoryObjectStore();
  await store.put("before", bodyOf("x"));
  const liar = faultyObjectStore(store, fault);
  const outcomes = [await liar.put("a", bodyOf("ab", "cde")), await liar.put("b", bodyOf("abcde"))];
  expect(outcomes).toEqual(Array(2).fill({ kind: "written", bytes: 5 }));
  const texts = (await keysOf(store, "")).map(async (key) => [key, await textOf(store, key)]);
  return { liar, stored: Object.fromEntries(await Promise.all(texts)) };
}

test.each<[StoreFault | Substitution, Record<string, string>]>([
  ["flip-byte", { a: "abbde", b: "abbde", before: "x" }],
  ["truncate", { a: "abcd", b: "abcd", before: "x" }],
  ["store-nothing", { before: "x" }],
  ["list-late", { a: "abcde", b: "abcde", before: "x" }],
  [
    { key: "b", change: (bytes) => bytes.toReversed() },
    { a: "abcde", b: "edcba", before: "x" },
  ],
])("faultyObjectStore with the fault %s reports a complete write", async (fault, expected) => {
  expect((await putThrough(fault)).stored).toEqual(expected);
});

test("faultyObjectStore that lists late lists objects of other writers", async () => {
  const { liar } = await putThrough("list-late");
  expect(await keysOf(liar)).toEqual(["before"]);
  expect(await liar.head("a")).toMatchObject({ bytes: 5 });
});

test.each([
  ["drop-when-read", null],
  ["replace-when-read", { etag: expect.stringMatching(/-replaced$/) }],
] as const)(
  "a store that lies by %s keeps a file until its last row group was read",
  async (fault, afterwards) => {
    const store = memoryObjectStore();
    const liar = faultyObjectStore(store, fault);
    const table = { columns: [{ name: "n", type: "double" }], rows: [{ n: 1 }], metadata: {} } as const;
    await store.put("a.parquet", singleChunk(encodeTable(table)));
    const honest = await store.head("a.parquet");
    const source = await objectSource(liar, "a.parquet");
    await openFile(source);
    expect(await liar.head("a.parquet")).toEqual(honest);
    expect((await decodeTable(source)).rows).toEqual([{ n: 1 }]);
    if (afterwards === null) {
      expect(await liar.head("a.parquet")).toBeNull();
      expect(await keysOf(liar)).toEqual([]);
      await expect(liar.read("a.parquet", 0, 1)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
    } else expect(await liar.head("a.parquet")).toMatchObject(afterwards);
  },
);

test("faultyObjectStore reports an existing object", async () => {
  const { liar } = await putThrough("truncate");
  expect(await liar.put("a", bodyOf("other"))).toEqual({ kind: "exists" });
});
