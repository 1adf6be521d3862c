import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectInfo, ObjectStore } from "../ports.js";

/** A store without objects, and the means to be rid of it. */
export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

export interface ObjectStoreContractOptions {
  readonly name: string;
  /** Called before each test. */
  readonly make: () => Promise<ObjectStoreUnderTest>;
  /** Why the store cannot keep writers apart that come at the same moment; those tests are skipped then. */
  readonly withoutConditions?: string;
}

const mebibyte = 1024 * 1024;
const hour = "plant_reading/year=2026/month=01/day=28/hour=12";
const key = `${hour}/b5c1.parquet`;

/** What every `ObjectStore` must do, as vitest tests: call it at the top of a test file. */
export function objectStoreContract({ name, make, withoutConditions }: ObjectStoreContractOptions): void {
  describe(`${name} keeps the contract of an object store`, () => {
    let under: ObjectStoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      under = await make();
      store = under.store;
    });
    afterEach(() => under.close());

    const list = (prefix = "") => collect(store.list(prefix));
    const keys = async (prefix = "") => (await list(prefix)).map((object) => object.key);
    const textOf = async (of: string) => {
      const object = await present(of);
      return Buffer.from(await store.read(of, 0, object.bytes)).toString();
    };
    const present = async (of: string): Promise<ObjectInfo> => {
      const object = await store.head(of);
      if (object === null) throw new Error(`there is no ${of}`);
      return object;
    };
    const expectNothingLeft = async () => {
      expect(await store.head(key)).toBeNull();
      expect(await list()).toEqual([]);
      expect(await store.discardUnfinished(key)).toBe(0);
    };

    test("what was put is there, with its length and a tag, and can be read", async () => {
      expect(await store.put(key, said("PAR1", " and ", "PAR1"))).toEqual({ kind: "written", bytes: 13 });
      const object = await present(key);
      expect(object).toEqual({ key, bytes: 13, tag: expect.stringMatching(/./) });
      expect(await textOf(key)).toBe("PAR1 and PAR1");
      expect(await list()).toEqual([object]);
    });

    test("what was not put is not there, nor is a part of a key", async () => {
      await store.put(key, said("x"));
      for (const other of ["nothing", hour, "plant_reading", `${key}/x`, key.slice(0, -1), `${key}x`]) {
        expect(await store.head(other)).toBeNull();
        await expect(store.read(other, 0, 0)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
        await expect(store.read(other, 0, 1)).rejects.toMatchObject({ code: "OBJECT_MISSING" });
      }
    });

    test("an object may be empty", async () => {
      expect(await store.put(key, said())).toEqual({ kind: "written", bytes: 0 });
      expect(await present(key)).toMatchObject({ bytes: 0 });
      expect(await store.read(key, 0, 0)).toHaveLength(0);
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
      expect(await store.put(key, pieces())).toEqual({ kind: "written", bytes: 20 * mebibyte });
      expect(await present(key)).toMatchObject({ bytes: 20 * mebibyte });
      for (let start = 0; start < 20 * mebibyte; start += 5 * mebibyte)
        read.update(await store.read(key, start, start + 5 * mebibyte));
      expect(read.digest("hex")).toBe(written.digest("hex"));
      expect(await store.discardUnfinished(key)).toBe(0);
    });

    test("any range can be read, and nothing beyond the end", async () => {
      await store.put(key, said("0123456789"));
      const read = async (start: number, end: number) =>
        Buffer.from(await store.read(key, start, end)).toString();
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

    test("an object is never overwritten, and the second one's body is not asked for", async () => {
      await store.put(key, said("first"));
      let asked = false;
      async function* second() {
        asked = true;
        yield Buffer.from("second");
      }
      expect(await store.put(key, second())).toEqual({ kind: "exists" });
      expect(asked).toBe(false);
      expect(await textOf(key)).toBe("first");
    });

    test("an object takes the place of the one that has the tag, and of no other", async () => {
      const replace = (replaces: string, text: string) => store.put(key, said(text), { replaces });
      expect(await replace("any", "x")).toEqual({ kind: "exists" });
      expect(await list()).toEqual([]);
      await store.put(key, said("first"));
      const { tag } = await present(key);
      expect(await replace(`${tag}0`, "x")).toEqual({ kind: "exists" });
      expect(await replace(tag, "other")).toEqual({ kind: "written", bytes: 5 });
      expect((await present(key)).tag).not.toBe(tag);
      expect(await replace(tag, "third")).toEqual({ kind: "exists" });
      expect(await textOf(key)).toBe("other");
      expect(await store.discardUnfinished(key)).toBe(0);
    });

    test.each([
      ["at its beginning", 0],
      ["after a few bytes", 100],
      ["after twenty mebibytes", 20 * mebibyte],
    ])("a body that fails %s leaves nothing, and its error is what put ends with", async (_when, bytes) => {
      const failure = new Error("the database has gone away");
      async function* failing() {
        yield* zeros(bytes);
        throw failure;
      }
      await expect(store.put(key, failing())).rejects.toBe(failure);
      await expectNothingLeft();
    });

    test("a signal that was given before leaves nothing, and the body is not asked for", async () => {
      let asked = false;
      async function* body() {
        asked = true;
        yield new Uint8Array(1);
      }
      const reason = new Error("stop");
      await expect(store.put(key, body(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(asked).toBe(false);
      await expectNothingLeft();
    });

    test.each([
      ["after a few bytes", 100],
      ["after twenty mebibytes", 20 * mebibyte],
    ])("a signal that is given %s leaves nothing, even if the body hangs", async (_when, bytes) => {
      const controller = new AbortController();
      const reason = new Error("stop");
      async function* hanging() {
        yield* zeros(bytes);
        setTimeout(() => controller.abort(reason), 1);
        await new Promise(() => {});
      }
      await expect(store.put(key, hanging(), { signal: controller.signal })).rejects.toBe(reason);
      await expectNothingLeft();
    });

    test("a body is ended when it is left early", async () => {
      const controller = new AbortController();
      let ended = false;
      async function* body() {
        try {
          for (;;) {
            yield new Uint8Array(1);
            controller.abort();
          }
        } finally {
          ended = true;
        }
      }
      await expect(store.put(key, body(), { signal: controller.signal })).rejects.toThrow();
      await expect.poll(() => ended).toBe(true);
    });

    test("a writing that somebody clears away is interrupted, and leaves nothing", async () => {
      let cleared = 0;
      async function* body() {
        yield* zeros(10 * mebibyte);
        // On S3 a writing begins to be one when the first part is full.
        while (cleared === 0) cleared = await store.discardUnfinished(key);
        yield* zeros(10 * mebibyte);
      }
      expect(await store.put(key, body())).toEqual({ kind: "interrupted" });
      expect(cleared).toBe(1);
      await expectNothingLeft();
    });

    test("only writings of the very key are cleared away", async () => {
      const others = [`${key}.old`, `${hour}/b5c1`, `${hour}/b5c1.parquet-2`];
      let cleared = -1;
      const bodies = others.map(async function* (_other, index) {
        yield* zeros(9 * mebibyte);
        if (index === 0) cleared = await store.discardUnfinished(key);
        yield* zeros(1);
      });
      const outcomes = await Promise.all(
        others.map((other, index) => store.put(other, bodies[index] ?? zeros(0))),
      );
      expect(cleared).toBe(0);
      expect(outcomes).toEqual(others.map(() => ({ kind: "written", bytes: 9 * mebibyte + 1 })));
    });

    test("clearing away what nobody writes is nothing, and an object that is there stays", async () => {
      expect(await store.discardUnfinished(key)).toBe(0);
      await store.put(key, said("x"));
      expect(await store.discardUnfinished(key)).toBe(0);
      expect(await textOf(key)).toBe("x");
    });

    if (withoutConditions !== undefined) test.skip(`writers are not kept apart: ${withoutConditions}`);
    else {
      test("of writers at the same moment one has written", async () => {
        const texts = ["one", "two", "three", "four", "five"];
        const outcomes = await Promise.all(texts.map((text) => store.put(key, said(text))));
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill("exists"), "written"]);
        expect(await textOf(key)).toBe(texts[outcomes.findIndex(({ kind }) => kind === "written")]);
      });

      test("of writers who replace the same object at the same moment one has written", async () => {
        await store.put(key, said("zero"));
        const { tag: replaces } = await present(key);
        const texts = ["one", "two", "three", "four", "five"];
        const outcomes = await Promise.all(texts.map((text) => store.put(key, said(text), { replaces })));
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill("exists"), "written"]);
        expect(await textOf(key)).toBe(texts[outcomes.findIndex(({ kind }) => kind === "written")]);
      });
    }

    test("keys may have spaces, signs and letters of every script", async () => {
      const odd = [
        "a b/c+d/e&f=g/<h>.txt",
        " lead/trail /x",
        "100%/%2F/?q#f.parquet",
        'it\'s/"quoted"/(1)*!~$@,;:',
        "Ōhi‘a/桜/🌵.parquet",
        "e\u0301/\u00e9",
      ];
      for (const each of odd) expect(await store.put(each, said(each))).toMatchObject({ kind: "written" });
      for (const each of odd) expect(await textOf(each)).toBe(each);
      expect((await keys()).sort()).toEqual([...odd].sort());
      for (const each of odd) await store.move(each, `moved/${each}`);
      for (const each of odd) expect(await textOf(`moved/${each}`)).toBe(each);
    });

    test("a key that could lead elsewhere is refused, whatever is asked", async () => {
      const bad = [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        ".",
        "a/./b",
        ".a",
        "a\\b",
        "a\0",
        "a\nb",
        "\ud800",
      ];
      for (const each of bad) {
        const refused = { code: "OPTION_INVALID" };
        await expect(store.put(each, said("x"))).rejects.toMatchObject(refused);
        await expect(store.head(each)).rejects.toMatchObject(refused);
        await expect(store.read(each, 0, 0)).rejects.toMatchObject(refused);
        await expect(store.move(each, key)).rejects.toMatchObject(refused);
        await expect(store.move(key, each)).rejects.toMatchObject(refused);
        await expect(store.discardUnfinished(each)).rejects.toMatchObject(refused);
      }
    });

    test("objects are listed in order of keys, those whose key begins with the prefix", async () => {
      // As S3 orders them: by UTF-8, in which U+FF5E comes before U+1F335.
      const ordered = [
        "B",
        "a b",
        "a-b/c",
        "a.b",
        "a.b.c",
        "a/b",
        "a/b-c",
        "a0",
        "aa/1/2",
        "aa/1/3",
        "aa/10",
        "b",
      ];
      ordered.push("plant/x", "plant_daily/x", "é", "\uff5e", "🌵");
      for (const each of ordered.toReversed()) await store.put(each, said("x"));
      expect(await keys()).toEqual(ordered);
      for (const prefix of [
        "a",
        "a/",
        "a.",
        "a.b",
        "aa/1",
        "aa/1/",
        "plant",
        "plant/",
        "é",
        "zz",
        "a/b/",
        "../",
      ])
        expect(await keys(prefix)).toEqual(ordered.filter((each) => each.startsWith(prefix)));
    });

    test("what is listed is what head says", async () => {
      for (const each of ["a/1", "a/2", "b"]) await store.put(each, said(each));
      for (const object of await list()) expect(await store.head(object.key)).toEqual(object);
    });

    test("a listing can be left early", async () => {
      for (const each of ["a", "b", "c"]) await store.put(each, said(each));
      for await (const object of store.list("")) {
        expect(object.key).toBe("a");
        break;
      }
    });

    test("an object that is moved has the other key, and its bytes", async () => {
      await store.put(key, said("moved"));
      await store.move(key, "set_aside/b5c1.parquet");
      expect(await keys()).toEqual(["set_aside/b5c1.parquet"]);
      expect(await textOf("set_aside/b5c1.parquet")).toBe("moved");
      expect(await store.put(key, said("new"))).toMatchObject({ kind: "written" });
    });

    test("a move can be done again", async () => {
      await store.put(key, said("moved"));
      await store.move(key, "set_aside/x");
      const object = await present("set_aside/x");
      await store.move(key, "set_aside/x");
      expect(await list()).toEqual([object]);
      await store.move(key, "elsewhere");
      expect(await list()).toEqual([object]);
    });

    test("a move that two make at once is made", async () => {
      await store.put(key, said("moved"));
      await Promise.all([store.move(key, "set_aside/x"), store.move(key, "set_aside/x")]);
      expect(await keys()).toEqual(["set_aside/x"]);
      expect(await textOf("set_aside/x")).toBe("moved");
    });

    test("a move that was broken off half way is finished", async () => {
      await store.put(key, said("moved"));
      await store.put("set_aside/x", said("moved"));
      await store.move(key, "set_aside/x");
      expect(await keys()).toEqual(["set_aside/x"]);
      expect(await textOf("set_aside/x")).toBe("moved");
    });

    test.each([
      ["of the same length", "stays", "other"],
      ["of another length", "stays", "longer"],
    ])("a move never overwrites another object %s", async (_which, text, other) => {
      await store.put(key, said(text));
      await store.put("set_aside/x", said(other));
      await expect(store.move(key, "set_aside/x")).rejects.toMatchObject({ code: "OBJECT_EXISTS" });
      expect(await textOf(key)).toBe(text);
      expect(await textOf("set_aside/x")).toBe(other);
    });

    test("a move to the same key changes nothing", async () => {
      await store.put(key, said("stays"));
      await store.move(key, key);
      expect(await textOf(key)).toBe("stays");
    });
  });
}

async function* said(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* zeros(bytes: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(Math.min(bytes, mebibyte));
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, left);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
