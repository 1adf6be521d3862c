import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore } from "../ports.js";
import { collect, infoOf, keysOf, mebibyte, said, textOf } from "./object-bytes.js";
import { objectWritingContract } from "./object-writing-contract.js";

/** A store without objects, and the means to be rid of it. */
export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

export interface ObjectStoreContractOptions {
  readonly name: string;
  /** Called before each test. */
  readonly make: () => Promise<ObjectStoreUnderTest>;
}

const hour = "plant_reading/year=2026/month=01/day=28/hour=12";
const key = `${hour}/b5c1.parquet`;

/** What every `ObjectStore` must do, as vitest tests: call it at the top of a test file. */
export function objectStoreContract({ name, make }: ObjectStoreContractOptions): void {
  describe(`${name} keeps the contract of an object store`, () => {
    let under: ObjectStoreUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.close());

    const store = () => under.store;
    objectReadingContract(store);
    objectWritingContract(store);
    objectMovingContract(store);
  });
}

function objectReadingContract(store: () => ObjectStore): void {
  test("what was put is there, with its length and a tag, and can be read", async () => {
    expect(await store().put(key, said("PAR1", " and ", "PAR1"))).toEqual({ kind: "written", bytes: 13 });
    const object = await infoOf(store(), key);
    expect(object).toEqual({ key, bytes: 13, etag: expect.stringMatching(/./) });
    expect(await textOf(store(), key)).toBe("PAR1 and PAR1");
    expect(await collect(store().list(""))).toEqual([object]);
  });

  test("what was not put is not there, nor is a part of a key", async () => {
    await store().put(key, said("x"));
    for (const other of ["nothing", hour, "plant_reading", `${key}/x`, key.slice(0, -1), `${key}x`]) {
      expect(await store().head(other)).toBeNull();
      await expect(store().read(other, 0, 0)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
      await expect(store().read(other, 0, 1)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
    }
  });

  test("an object may be empty", async () => {
    expect(await store().put(key, said())).toEqual({ kind: "written", bytes: 0 });
    expect(await infoOf(store(), key)).toMatchObject({ bytes: 0 });
    expect(await store().read(key, 0, 0)).toHaveLength(0);
  });

  test("twenty mebibytes come back to the bit, also when their maker uses one buffer for all", async () => {
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

  test("any range can be read, and nothing beyond the end", async () => {
    await store().put(key, said("0123456789"));
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

  test("keys may have spaces, signs and letters of every script", async () => {
    const odd = [
      "a b/c+d/e&f=g/<h>.txt",
      " lead/trail /x",
      "100%/%2F/?q#f.parquet",
      'it\'s/"quoted"/(1)*!~$@,;:',
      "Ōhi‘a/桜/🌵.parquet",
      "e\u0301/\u00e9",
    ];
    for (const each of odd) expect(await store().put(each, said(each))).toMatchObject({ kind: "written" });
    for (const each of odd) expect(await textOf(store(), each)).toBe(each);
    expect((await keysOf(store())).sort()).toEqual([...odd].sort());
    for (const each of odd) await store().move(each, `moved/${each}`);
    for (const each of odd) expect(await textOf(store(), `moved/${each}`)).toBe(each);
  });

  test("a key that could lead elsewhere is refused, whatever is asked", async () => {
    const bad = ["", "/a", "a/", "a//b", "..", "a/../b", ".", "a/./b", ".a", "a\\b", "a\0", "a\nb", "\ud800"];
    for (const each of bad) {
      const refused = { code: "OPTION_INVALID" };
      await expect(store().put(each, said("x"))).rejects.toMatchObject(refused);
      await expect(store().head(each)).rejects.toMatchObject(refused);
      await expect(store().read(each, 0, 0)).rejects.toMatchObject(refused);
      await expect(store().move(each, key)).rejects.toMatchObject(refused);
      await expect(store().move(key, each)).rejects.toMatchObject(refused);
      await expect(store().abortIncompleteUploads(each)).rejects.toMatchObject(refused);
    }
  });

  test("objects are listed in order of keys, those whose key begins with the prefix", async () => {
    // As S3 orders them: by UTF-8, in which U+FF5E comes before U+1F335.
    const before = ["B", "a b", "a-b/c", "a.b", "a.b.c", "a/b", "a/b-c", "a0", "aa/1/2", "aa/1/3", "aa/10"];
    const ordered = [...before, "b", "plant/x", "plant_daily/x", "é", "\uff5e", "🌵"];
    for (const each of ordered.toReversed()) await store().put(each, said("x"));
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

  test("what is listed is what head says", async () => {
    for (const each of ["a/1", "a/2", "b"]) await store().put(each, said(each));
    for (const object of await collect(store().list("")))
      expect(await store().head(object.key)).toEqual(object);
  });

  test("a listing can be left early", async () => {
    for (const each of ["a", "b", "c"]) await store().put(each, said(each));
    for await (const object of store().list("")) {
      expect(object.key).toBe("a");
      break;
    }
  });
}

function objectMovingContract(store: () => ObjectStore): void {
  test("an object that is moved has the other key, and its bytes", async () => {
    await store().put(key, said("moved"));
    await store().move(key, "quarantined/b5c1.parquet");
    expect(await keysOf(store())).toEqual(["quarantined/b5c1.parquet"]);
    expect(await textOf(store(), "quarantined/b5c1.parquet")).toBe("moved");
    expect(await store().put(key, said("new"))).toMatchObject({ kind: "written" });
  });

  test("a move can be done again", async () => {
    await store().put(key, said("moved"));
    await store().move(key, "quarantined/x");
    const object = await infoOf(store(), "quarantined/x");
    await store().move(key, "quarantined/x");
    expect(await collect(store().list(""))).toEqual([object]);
    await store().move(key, "elsewhere");
    expect(await collect(store().list(""))).toEqual([object]);
  });

  test("a move that two make at once is made", async () => {
    await store().put(key, said("moved"));
    await Promise.all([store().move(key, "quarantined/x"), store().move(key, "quarantined/x")]);
    expect(await keysOf(store())).toEqual(["quarantined/x"]);
    expect(await textOf(store(), "quarantined/x")).toBe("moved");
  });

  test("a move that was broken off half way is finished", async () => {
    await store().put(key, said("moved"));
    await store().put("quarantined/x", said("moved"));
    await store().move(key, "quarantined/x");
    expect(await keysOf(store())).toEqual(["quarantined/x"]);
    expect(await textOf(store(), "quarantined/x")).toBe("moved");
  });

  test.each([
    ["of the same length", "stays", "other"],
    ["of another length", "stays", "stays, and goes on"],
  ])("a move never overwrites another object %s", async (_which, text, other) => {
    await store().put(key, said(text));
    await store().put("quarantined/x", said(other));
    await expect(store().move(key, "quarantined/x")).rejects.toMatchObject({ code: "OBJECT_EXISTS" });
    expect(await textOf(store(), key)).toBe(text);
    expect(await textOf(store(), "quarantined/x")).toBe(other);
  });

  test("a move to the same key changes nothing", async () => {
    await store().put(key, said("stays"));
    await store().move(key, key);
    expect(await textOf(store(), key)).toBe("stays");
  });
}
