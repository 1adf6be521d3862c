import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore } from "../ports.js";
import { bodyOf, collect, infoOf, keysOf, mebibyte, textOf } from "./object-bytes.js";
import { objectWritingContract } from "./object-writing-contract.js";

export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

export interface ObjectStoreContractOptions {
  readonly name: string;
  /** Returns an empty store. Called before each test. */
  readonly open: () => Promise<ObjectStoreUnderTest>;
}

const hour = "plant_reading/year=2026/month=01/day=28/hour=12";
const key = `${hour}/b5c1.parquet`;

/** The contract of `ObjectStore`, as vitest tests. Call it at the top level of a test file. */
export function objectStoreContract({ name, open }: ObjectStoreContractOptions): void {
  describe(`${name}: contract of ObjectStore`, () => {
    let under: ObjectStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const store = () => under.store;
    objectReadingContract(store);
    objectWritingContract(store);
    objectMovingContract(store);
  });
}

function objectReadingContract(store: () => ObjectStore): void {
  test("put, head, list and read return the same object", async () => {
    expect(await store().put(key, bodyOf("PAR1", " and ", "PAR1"))).toEqual({ kind: "written", bytes: 13 });
    const object = await infoOf(store(), key);
    expect(object).toEqual({ key, bytes: 13, etag: expect.stringMatching(/./) });
    expect(await textOf(store(), key)).toBe("PAR1 and PAR1");
    expect(await collect(store().list(""))).toEqual([object]);
  });

  test("head and read of a missing object, or of a part of a key", async () => {
    await store().put(key, bodyOf("x"));
    for (const other of ["nothing", hour, "plant_reading", `${key}/x`, key.slice(0, -1), `${key}x`]) {
      expect(await store().head(other)).toBeNull();
      await expect(store().read(other, 0, 0)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
      await expect(store().read(other, 0, 1)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
    }
  });

  test("put and read of an empty object", async () => {
    expect(await store().put(key, bodyOf())).toEqual({ kind: "written", bytes: 0 });
    expect(await infoOf(store(), key)).toMatchObject({ bytes: 0 });
    expect(await store().read(key, 0, 0)).toHaveLength(0);
  });

  test("put and read of 20 MiB, from one reused buffer", async () => {
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
    expect(await store().put(key, pieces())).toEqual({ kind: "written", bytes: 20 * mebibyte });
    expect(await infoOf(store(), key)).toMatchObject({ bytes: 20 * mebibyte });
    for (let start = 0; start < 20 * mebibyte; start += 5 * mebibyte)
      read.update(await store().read(key, start, start + 5 * mebibyte));
    expect(read.digest("hex")).toBe(written.digest("hex"));
    expect(await store().abortIncompleteUploads(key)).toBe(0);
  });

  test("read of any range, and not beyond the end", async () => {
    await store().put(key, bodyOf("0123456789"));
    const read = async (start: number, end: number) =>
      Buffer.from(await store().read(key, start, end)).toString();
    expect(await read(0, 10)).toBe("0123456789");
    expect(await read(0, 1)).toBe("0");
    expect(await read(9, 10)).toBe("9");
    expect(await read(3, 7)).toBe("3456");
    for (const at of [0, 5, 10]) expect(await read(at, at)).toBe("");
    for (const [start, end] of [
      [0, 11],
      [9, 11],
      [10, 11],
      [11, 11],
      [11, 12],
    ] as const)
      await expect(read(start, end)).rejects.toMatchObject({ code: "OBJECT_INVALID" });
    for (const [start, end] of [
      [-1, 1],
      [1, 0],
      [0.5, 1],
      [0, Number.NaN],
    ] as const)
      await expect(read(start, end)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("keys with spaces, punctuation and any script", async () => {
    const odd = [
      "a b/c+d/e&f=g/<h>.txt",
      " lead/trail /x",
      "100%/%2F/?q#f.parquet",
      'it\'s/"quoted"/(1)*!~$@,;:',
      "Ōhi‘a/桜/🌵.parquet",
      "e\u0301/\u00e9",
    ];
    for (const each of odd) expect(await store().put(each, bodyOf(each))).toMatchObject({ kind: "written" });
    for (const each of odd) expect(await textOf(store(), each)).toBe(each);
    expect((await keysOf(store())).sort()).toEqual([...odd].sort());
    for (const each of odd) await store().move(each, `moved/${each}`);
    for (const each of odd) expect(await textOf(store(), `moved/${each}`)).toBe(each);
  });

  test("invalid keys are rejected by every method", async () => {
    const bad = ["", "/a", "a/", "a//b", "..", "a/../b", ".", "a/./b", ".a", "a\\b", "a\0", "a\nb", "\ud800"];
    for (const each of bad) {
      const refused = { code: "OPTION_INVALID" };
      await expect(store().put(each, bodyOf("x"))).rejects.toMatchObject(refused);
      await expect(store().head(each)).rejects.toMatchObject(refused);
      await expect(store().read(each, 0, 0)).rejects.toMatchObject(refused);
      await expect(store().move(each, key)).rejects.toMatchObject(refused);
      await expect(store().move(key, each)).rejects.toMatchObject(refused);
      await expect(store().abortIncompleteUploads(each)).rejects.toMatchObject(refused);
    }
  });

  test("list is ordered by UTF-8 bytes and filtered by prefix", async () => {
    // As S3 orders them: by UTF-8, in which U+FF5E comes before U+1F335.
    const before = ["B", "a b", "a-b/c", "a.b", "a.b.c", "a/b", "a/b-c", "a0", "aa/1/2", "aa/1/3", "aa/10"];
    const ordered = [...before, "b", "plant/x", "plant_daily/x", "é", "\uff5e", "🌵"];
    for (const each of ordered.toReversed()) await store().put(each, bodyOf("x"));
    expect(await keysOf(store())).toEqual(ordered);
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
      expect(await keysOf(store(), prefix)).toEqual(ordered.filter((each) => each.startsWith(prefix)));
  });

  test("list and head return the same info", async () => {
    for (const each of ["a/1", "a/2", "b"]) await store().put(each, bodyOf(each));
    for (const object of await collect(store().list("")))
      expect(await store().head(object.key)).toEqual(object);
  });

  test("list can be left early", async () => {
    for (const each of ["a", "b", "c"]) await store().put(each, bodyOf(each));
    for await (const object of store().list("")) {
      expect(object.key).toBe("a");
      break;
    }
  });
}

function objectMovingContract(store: () => ObjectStore): void {
  test("move renames an object", async () => {
    await store().put(key, bodyOf("moved"));
    await store().move(key, "quarantine/b5c1.parquet");
    expect(await keysOf(store())).toEqual(["quarantine/b5c1.parquet"]);
    expect(await textOf(store(), "quarantine/b5c1.parquet")).toBe("moved");
    expect(await store().put(key, bodyOf("new"))).toMatchObject({ kind: "written" });
  });

  test("move can be repeated", async () => {
    await store().put(key, bodyOf("moved"));
    await store().move(key, "quarantine/x");
    const object = await infoOf(store(), "quarantine/x");
    await store().move(key, "quarantine/x");
    expect(await collect(store().list(""))).toEqual([object]);
    await store().move(key, "elsewhere");
    expect(await collect(store().list(""))).toEqual([object]);
  });

  test("move by two at once", async () => {
    await store().put(key, bodyOf("moved"));
    await Promise.all([store().move(key, "quarantine/x"), store().move(key, "quarantine/x")]);
    expect(await keysOf(store())).toEqual(["quarantine/x"]);
    expect(await textOf(store(), "quarantine/x")).toBe("moved");
  });

  test("move finishes an interrupted move", async () => {
    await store().put(key, bodyOf("moved"));
    await store().put("quarantine/x", bodyOf("moved"));
    await store().move(key, "quarantine/x");
    expect(await keysOf(store())).toEqual(["quarantine/x"]);
    expect(await textOf(store(), "quarantine/x")).toBe("moved");
  });

  test.each([
    ["of the same length", "stays", "other"],
    ["of another length", "stays", "stays, and goes on"],
  ])("move never overwrites another object %s", async (_which, text, other) => {
    await store().put(key, bodyOf(text));
    await store().put("quarantine/x", bodyOf(other));
    await expect(store().move(key, "quarantine/x")).rejects.toMatchObject({ code: "OBJECT_EXISTS" });
    expect(await textOf(store(), key)).toBe(text);
    expect(await textOf(store(), "quarantine/x")).toBe(other);
  });

  test("move to the same key changes nothing", async () => {
    await store().put(key, bodyOf("stays"));
    await store().move(key, key);
    expect(await textOf(store(), key)).toBe("stays");
  });
}
