import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  assertEqual,
  assertMatches,
  contractSuite,
  rejectionOf,
  type TestRunner,
} from "@lmnh/plant-schema/testing";
import { bodyOf, collect, infoOf, keysOf, mebibyte, textOf } from "./object-bytes.js";
import type { ObjectStoreCapabilities, ObjectStoreUnderTest, Suite } from "./object-store-under-test.js";
import { objectWritingContract } from "./object-writing-contract.js";

/** The store to test, and what it cannot do. */
export interface ObjectStoreContractOptions {
  /** Name of the store, for the names of the tests. */
  readonly name: string;
  /** Opens an empty store. Called by each test. */
  readonly open: () => Promise<ObjectStoreUnderTest>;
  /** What the store cannot do, with the reason; nothing by default. */
  readonly capabilities?: ObjectStoreCapabilities | undefined;
}

const hour = "plant_reading/year=2026/month=01/day=28/hour=12";
const key = `${hour}/b5c1.parquet`;

/** Declares a test of each rule of `ObjectStore`. */
export function objectStoreContract(
  runner: TestRunner,
  { name, open, capabilities = {} }: ObjectStoreContractOptions,
): void {
  contractSuite(runner, `${name}: contract of ObjectStore`, open, (suite) => {
    objectReadingContract(suite);
    objectWritingContract(suite, capabilities);
    objectMovingContract(suite);
  });
}

function objectReadingContract({ test }: Suite): void {
  test("put, head, list and read return the same object", async ({ store }) => {
    assertEqual(await store.put(key, bodyOf("PAR1", " and ", "PAR1")), { kind: "written", bytes: 13 });
    const object = await infoOf(store, key);
    assertMatches(object, { key, bytes: 13, etag: /./ });
    assert.equal(await textOf(store, key), "PAR1 and PAR1");
    assertEqual(await collect(store.list("")), [object]);
  });

  test("head and read of a missing object, or of a part of a key", async ({ store }) => {
    await store.put(key, bodyOf("x"));
    for (const other of ["nothing", hour, "plant_reading", `${key}/x`, key.slice(0, -1), `${key}x`]) {
      assert.equal(await store.head(other), null);
      assertMatches(await rejectionOf(store.read(other, 0, 0)), { code: "OBJECT_MISSING" });
      assertMatches(await rejectionOf(store.read(other, 0, 1)), { code: "OBJECT_MISSING" });
    }
  });

  test("put and read of an empty object", async ({ store }) => {
    assertEqual(await store.put(key, bodyOf()), { kind: "written", bytes: 0 });
    assertMatches(await infoOf(store, key), { bytes: 0 });
    assert.equal((await store.read(key, 0, 0)).length, 0);
  });

  test("put and read of 20 MiB, from one reused buffer", async ({ store }) => {
    const [written, read] = [createHash("sha256"), createHash("sha256")];
    async function* pieces() {
      const buffer = new Uint8Array(mebibyte / 4 + 7);
      for (let left = 20 * mebibyte, piece = 0; left > 0; left -= buffer.length, piece++) {
        buffer.fill(piece).set([left & 255, left >> 8]);
        const chunk = buffer.subarray(0, left);
        written.update(chunk);
        yield chunk;
      }
    }
    assertEqual(await store.put(key, pieces()), { kind: "written", bytes: 20 * mebibyte });
    assertMatches(await infoOf(store, key), { bytes: 20 * mebibyte });
    for (let start = 0; start < 20 * mebibyte; start += 5 * mebibyte)
      read.update(await store.read(key, start, start + 5 * mebibyte));
    assert.equal(read.digest("hex"), written.digest("hex"));
    assert.equal(await store.abortIncompleteUploads(key), 0);
  });

  test("read of any range, and not beyond the end", async ({ store }) => {
    await store.put(key, bodyOf("0123456789"));
    const read = async (start: number, end: number) =>
      Buffer.from(await store.read(key, start, end)).toString();
    assert.equal(await read(0, 10), "0123456789");
    assert.equal(await read(0, 1), "0");
    assert.equal(await read(9, 10), "9");
    assert.equal(await read(3, 7), "3456");
    for (const at of [0, 5, 10]) assert.equal(await read(at, at), "");
    for (const [start, end] of [
      [0, 11],
      [9, 11],
      [10, 11],
      [11, 11],
      [11, 12],
    ] as const)
      assertMatches(await rejectionOf(read(start, end)), { code: "OBJECT_INVALID" });
    for (const [start, end] of [
      [-1, 1],
      [1, 0],
      [0.5, 1],
      [0, Number.NaN],
    ] as const)
      assertMatches(await rejectionOf(read(start, end)), { code: "OPTION_INVALID" });
  });

  test("keys with spaces, punctuation and any script", async ({ store }) => {
    const odd = [
      "a b/c+d/e&f=g/<h>.txt",
      " lead/trail /x",
      "100%/%2F/?q#f.parquet",
      'it\'s/"quoted"/(1)*!~$@,;:',
      "Ōhi‘a/桜/🌵.parquet",
      "e\u0301/\u00e9",
    ];
    for (const each of odd) assertMatches(await store.put(each, bodyOf(each)), { kind: "written" });
    for (const each of odd) assert.equal(await textOf(store, each), each);
    assertEqual((await keysOf(store)).sort(), [...odd].sort());
    for (const each of odd) await store.move(each, `moved/${each}`);
    for (const each of odd) assert.equal(await textOf(store, `moved/${each}`), each);
  });

  test("invalid keys are rejected by every method", async ({ store }) => {
    const bad = ["", "/a", "a/", "a//b", "..", "a/../b", ".", "a/./b", ".a", "a\\b", "a\0", "a\nb", "\ud800"];
    for (const each of bad) {
      const refused = { code: "OPTION_INVALID" };
      assertMatches(await rejectionOf(store.put(each, bodyOf("x"))), refused);
      assertMatches(await rejectionOf(store.head(each)), refused);
      assertMatches(await rejectionOf(store.read(each, 0, 0)), refused);
      assertMatches(await rejectionOf(store.move(each, key)), refused);
      assertMatches(await rejectionOf(store.move(key, each)), refused);
      assertMatches(await rejectionOf(store.abortIncompleteUploads(each)), refused);
    }
  });

  test("list is ordered by UTF-8 bytes and filtered by prefix", async ({ store }) => {
    // As S3 orders them: by UTF-8, in which U+FF5E comes before U+1F335.
    const before = ["B", "a b", "a-b/c", "a.b", "a.b.c", "a/b", "a/b-c", "a0", "aa/1/2", "aa/1/3", "aa/10"];
    const ordered = [...before, "b", "plant/x", "plant_daily/x", "é", "\uff5e", "🌵"];
    for (const each of ordered.toReversed()) await store.put(each, bodyOf("x"));
    assertEqual(await keysOf(store), ordered);
    for (const prefix of [
      "a",
      "a/",
      "a.",
      "a.b",
      "a/b/",
      "aa/1",
      "aa/1/",
      "plant",
      "plant/",
      "é",
      "zz",
      "../",
    ])
      assertEqual(
        await keysOf(store, prefix),
        ordered.filter((each) => each.startsWith(prefix)),
      );
  });

  test("list and head return the same info", async ({ store }) => {
    for (const each of ["a/1", "a/2", "b"]) await store.put(each, bodyOf(each));
    for (const object of await collect(store.list(""))) assertEqual(await store.head(object.key), object);
  });

  test("list can be left early", async ({ store }) => {
    for (const each of ["a", "b", "c"]) await store.put(each, bodyOf(each));
    for await (const object of store.list("")) {
      assert.equal(object.key, "a");
      break;
    }
  });
}

function objectMovingContract({ test }: Suite): void {
  test("move renames an object", async ({ store }) => {
    await store.put(key, bodyOf("moved"));
    await store.move(key, "quarantine/b5c1.parquet");
    assertEqual(await keysOf(store), ["quarantine/b5c1.parquet"]);
    assert.equal(await textOf(store, "quarantine/b5c1.parquet"), "moved");
    assertMatches(await store.put(key, bodyOf("new")), { kind: "written" });
  });

  test("move can be repeated", async ({ store }) => {
    await store.put(key, bodyOf("moved"));
    await store.move(key, "quarantine/x");
    const object = await infoOf(store, "quarantine/x");
    await store.move(key, "quarantine/x");
    assertEqual(await collect(store.list("")), [object]);
    await store.move(key, "elsewhere");
    assertEqual(await collect(store.list("")), [object]);
  });

  test("move by two at once", async ({ store }) => {
    await store.put(key, bodyOf("moved"));
    await Promise.all([store.move(key, "quarantine/x"), store.move(key, "quarantine/x")]);
    assertEqual(await keysOf(store), ["quarantine/x"]);
    assert.equal(await textOf(store, "quarantine/x"), "moved");
  });

  test("move finishes an interrupted move", async ({ store }) => {
    await store.put(key, bodyOf("moved"));
    await store.put("quarantine/x", bodyOf("moved"));
    await store.move(key, "quarantine/x");
    assertEqual(await keysOf(store), ["quarantine/x"]);
    assert.equal(await textOf(store, "quarantine/x"), "moved");
  });

  for (const [which, text, other] of [
    ["of the same length", "stays", "other"],
    ["of another length", "stays", "stays, and goes on"],
  ] as const)
    test(`move never overwrites another object ${which}`, async ({ store }) => {
      await store.put(key, bodyOf(text));
      await store.put("quarantine/x", bodyOf(other));
      assertMatches(await rejectionOf(store.move(key, "quarantine/x")), { code: "OBJECT_EXISTS" });
      assert.equal(await textOf(store, key), text);
      assert.equal(await textOf(store, "quarantine/x"), other);
    });

  test("move to the same key changes nothing", async ({ store }) => {
    await store.put(key, bodyOf("stays"));
    await store.move(key, key);
    assert.equal(await textOf(store, key), "stays");
  });
}
