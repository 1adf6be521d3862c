import { expect, test } from "vitest";
import type { ObjectStore } from "../ports.js";
import { bodyOf, collect, infoOf, mebibyte, textOf, zeros } from "./object-bytes.js";

const hour = "plant_reading/year=2026/month=01/day=28/hour=12";
const key = `${hour}/b5c1.parquet`;

/** What `put` and `abortIncompleteUploads` must do. */
export function objectWritingContract(store: () => ObjectStore): void {
  test("put never overwrites an object, and does not read the second body", async () => {
    await store().put(key, bodyOf("first"));
    let requested = false;
    async function* second() {
      requested = true;
      yield Buffer.from("second");
    }
    expect(await store().put(key, second())).toEqual({ kind: "exists" });
    expect(requested).toBe(false);
    expect(await textOf(store(), key)).toBe("first");
  });

  test("put with ifMatch replaces the object with this ETag alone", async () => {
    const replace = (ifMatch: string, text: string) => store().put(key, bodyOf(text), { ifMatch });
    expect(await replace("any", "x")).toEqual({ kind: "exists" });
    expect(await collect(store().list(""))).toEqual([]);
    await store().put(key, bodyOf("first"));
    const { etag } = await infoOf(store(), key);
    expect(await replace(`${etag}0`, "x")).toEqual({ kind: "exists" });
    expect(await replace(etag, "other")).toEqual({ kind: "written", bytes: 5 });
    expect((await infoOf(store(), key)).etag).not.toBe(etag);
    expect(await replace(etag, "third")).toEqual({ kind: "exists" });
    expect(await textOf(store(), key)).toBe("other");
    expect(await store().abortIncompleteUploads(key)).toBe(0);
  });

  test.each([
    ["at its beginning", 0],
    ["after a few bytes", 100],
    ["after twenty mebibytes", 20 * mebibyte],
  ])("put of a body that fails %s leaves nothing and rejects with its error", async (_when, bytes) => {
    const failure = new Error("the database has gone away");
    async function* failing() {
      yield* zeros(bytes);
      throw failure;
    }
    await expect(store().put(key, failing())).rejects.toBe(failure);
    await expectNothingLeft(store());
  });

  test("put with an aborted signal leaves nothing and does not read the body", async () => {
    let requested = false;
    async function* body() {
      requested = true;
      yield new Uint8Array(1);
    }
    const reason = new Error("stop");
    await expect(store().put(key, body(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requested).toBe(false);
    await expectNothingLeft(store());
  });

  test.each([
    ["after a few bytes", 100],
    ["after twenty mebibytes", 20 * mebibyte],
  ])("put aborted %s leaves nothing, even if the body hangs", async (_when, bytes) => {
    const controller = new AbortController();
    const reason = new Error("stop");
    async function* hanging() {
      yield* zeros(bytes);
      setTimeout(() => controller.abort(reason), 1);
      await new Promise(() => {});
    }
    await expect(store().put(key, hanging(), { signal: controller.signal })).rejects.toBe(reason);
    await expectNothingLeft(store());
  });

  test("put returns the body that it leaves early", async () => {
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
    await expect(store().put(key, body(), { signal: controller.signal })).rejects.toThrow();
    await expect.poll(() => ended, { timeout: 60_000 }).toBe(true);
  });

  test("put is interrupted by abortIncompleteUploads, and leaves nothing", async () => {
    let cleared = 0;
    async function* body() {
      yield* zeros(10 * mebibyte);
      // On S3 a writing begins to be one when the first part is full.
      while (cleared === 0) cleared = await store().abortIncompleteUploads(key);
      yield* zeros(10 * mebibyte);
    }
    expect(await store().put(key, body())).toEqual({ kind: "interrupted" });
    expect(cleared).toBe(1);
    await expectNothingLeft(store());
  });

  test("abortIncompleteUploads concerns the exact key alone", async () => {
    const others = [`${key}.old`, `${hour}/b5c1`, `${hour}/b5c1.parquet-2`];
    let cleared = -1;
    const bodies = others.map(async function* (_other, index) {
      yield* zeros(9 * mebibyte);
      if (index === 0) cleared = await store().abortIncompleteUploads(key);
      yield* zeros(1);
    });
    const outcomes = await Promise.all(
      others.map((other, index) => store().put(other, bodies[index] ?? zeros(0))),
    );
    expect(cleared).toBe(0);
    expect(outcomes).toEqual(others.map(() => ({ kind: "written", bytes: 9 * mebibyte + 1 })));
  });

  test("abortIncompleteUploads without uploads keeps the object", async () => {
    expect(await store().abortIncompleteUploads(key)).toBe(0);
    await store().put(key, bodyOf("x"));
    expect(await store().abortIncompleteUploads(key)).toBe(0);
    expect(await textOf(store(), key)).toBe("x");
  });

  test("put by several at once: one writes", async () => {
    const texts = ["one", "two", "three", "four", "five"];
    const outcomes = await Promise.all(texts.map((text) => store().put(key, bodyOf(text))));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill("exists"), "written"]);
    expect(await textOf(store(), key)).toBe(texts[outcomes.findIndex(({ kind }) => kind === "written")]);
  });

  test("put with ifMatch by several at once: one writes", async () => {
    await store().put(key, bodyOf("zero"));
    const { etag: ifMatch } = await infoOf(store(), key);
    const texts = ["one", "two", "three", "four", "five"];
    const outcomes = await Promise.all(texts.map((text) => store().put(key, bodyOf(text), { ifMatch })));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill("exists"), "written"]);
    expect(await textOf(store(), key)).toBe(texts[outcomes.findIndex(({ kind }) => kind === "written")]);
  });
}

async function expectNothingLeft(store: ObjectStore): Promise<void> {
  expect(await store.head(key)).toBeNull();
  expect(await collect(store.list(""))).toEqual([]);
  expect(await store.abortIncompleteUploads(key)).toBe(0);
}
