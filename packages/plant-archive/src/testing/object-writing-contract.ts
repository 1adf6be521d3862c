import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { assertEqual, rejectionOf } from "@lmnh/plant-schema/testing";
import type { ObjectStore, PutOutcome } from "../ports.js";
import { bodyOf, collect, infoOf, mebibyte, textOf, zeros } from "./object-bytes.js";
import type { ObjectStoreCapabilities, Suite } from "./object-store-under-test.js";

const hour = "plant_reading/year=2026/month=01/day=28/hour=12";
const key = `${hour}/b5c1.parquet`;

/** What `put` and `abortIncompleteUploads` must do. */
export function objectWritingContract({ test }: Suite, { interruptedWrites }: ObjectStoreCapabilities): void {
  test("put never overwrites an object, and does not read the second body", async ({ store }) => {
    await store.put(key, bodyOf("first"));
    let requested = false;
    async function* second() {
      requested = true;
      yield Buffer.from("second");
    }
    assertEqual(await store.put(key, second()), { kind: "exists" });
    assert.equal(requested, false);
    assert.equal(await textOf(store, key), "first");
  });

  test("put with ifMatch replaces the object with this ETag alone", async ({ store }) => {
    const replace = (ifMatch: string, text: string) => store.put(key, bodyOf(text), { ifMatch });
    assertEqual(await replace("any", "x"), { kind: "exists" });
    assertEqual(await collect(store.list("")), []);
    await store.put(key, bodyOf("first"));
    const { etag } = await infoOf(store, key);
    assertEqual(await replace(`${etag}0`, "x"), { kind: "exists" });
    assertEqual(await replace(etag, "other"), { kind: "written", bytes: 5 });
    assert.notEqual((await infoOf(store, key)).etag, etag);
    assertEqual(await replace(etag, "third"), { kind: "exists" });
    assert.equal(await textOf(store, key), "other");
    assert.equal(await store.abortIncompleteUploads(key), 0);
  });

  for (const [when, bytes] of [
    ["at its beginning", 0],
    ["after a few bytes", 100],
    ["after twenty mebibytes", 20 * mebibyte],
  ] as const)
    test(`put of a body that fails ${when} leaves nothing and rejects with its error`, async ({ store }) => {
      const failure = new Error("the database has gone away");
      async function* failing() {
        yield* zeros(bytes);
        throw failure;
      }
      assert.equal(await rejectionOf(store.put(key, failing())), failure);
      await assertNothingLeft(store);
    });

  test("put with an aborted signal leaves nothing and does not read the body", async ({ store }) => {
    let requested = false;
    async function* body() {
      requested = true;
      yield new Uint8Array(1);
    }
    const reason = new Error("stop");
    assert.equal(await rejectionOf(store.put(key, body(), { signal: AbortSignal.abort(reason) })), reason);
    assert.equal(requested, false);
    await assertNothingLeft(store);
  });

  for (const [when, bytes] of [
    ["after a few bytes", 100],
    ["after twenty mebibytes", 20 * mebibyte],
  ] as const)
    test(`put aborted ${when} leaves nothing, even if the body hangs`, async ({ store }) => {
      const controller = new AbortController();
      const reason = new Error("stop");
      async function* hanging() {
        yield* zeros(bytes);
        setTimeout(() => controller.abort(reason), 1);
        await new Promise(() => {});
      }
      assert.equal(await rejectionOf(store.put(key, hanging(), { signal: controller.signal })), reason);
      await assertNothingLeft(store);
    });

  test("put returns the body that it leaves early", async ({ store }) => {
    const controller = new AbortController();
    let ended = false;
    async function* body() {
      try {
        for (let chunk = 0; chunk < 1000; chunk++) {
          yield new Uint8Array(1);
          controller.abort();
          await sleep(1);
        }
      } finally {
        ended = true;
      }
    }
    await rejectionOf(store.put(key, body(), { signal: controller.signal }));
    for (let tries = 0; !ended && tries < 600; tries++) await sleep(100);
    assert.ok(ended, "the body was not returned");
  });

  test(
    "put is interrupted by abortIncompleteUploads, and leaves nothing",
    async ({ store }) => {
      let cleared = 0;
      async function* body() {
        yield* zeros(10 * mebibyte);
        // On S3 a write begins to be one when the first part is full, which is after this chunk was requested.
        for (let tries = 0; cleared === 0 && tries < 600; tries++) {
          cleared = await store.abortIncompleteUploads(key);
          if (cleared === 0) await sleep(100);
        }
        yield* zeros(10 * mebibyte);
      }
      const outcome = await store.put(key, body());
      assert.equal(
        cleared,
        1,
        "abortIncompleteUploads did not find the write; see capabilities.interruptedWrites",
      );
      assertEqual(outcome, { kind: "interrupted" });
      await assertNothingLeft(store);
    },
    interruptedWrites,
  );

  test("abortIncompleteUploads concerns the exact key alone", async ({ store }) => {
    const others = [`${key}.old`, `${hour}/b5c1`, `${hour}/b5c1.parquet-2`];
    let cleared = -1;
    const bodies = others.map(async function* (_other, index) {
      yield* zeros(9 * mebibyte);
      if (index === 0) cleared = await store.abortIncompleteUploads(key);
      yield* zeros(1);
    });
    const outcomes = await Promise.all(
      others.map((other, index) => store.put(other, bodies[index] ?? zeros(0))),
    );
    assert.equal(cleared, 0);
    assertEqual(
      outcomes,
      others.map(() => ({ kind: "written", bytes: 9 * mebibyte + 1 })),
    );
  });

  test("abortIncompleteUploads without uploads keeps the object", async ({ store }) => {
    assert.equal(await store.abortIncompleteUploads(key), 0);
    await store.put(key, bodyOf("x"));
    assert.equal(await store.abortIncompleteUploads(key), 0);
    assert.equal(await textOf(store, key), "x");
  });

  test("put by several at once: one writes", async ({ store }) => {
    const texts = ["one", "two", "three", "four", "five"];
    const outcomes = await Promise.all(texts.map((text) => store.put(key, bodyOf(text))));
    await assertOneWritten(store, outcomes, texts);
  });

  test("put with ifMatch by several at once: one writes", async ({ store }) => {
    await store.put(key, bodyOf("zero"));
    const { etag: ifMatch } = await infoOf(store, key);
    const texts = ["one", "two", "three", "four", "five"];
    const outcomes = await Promise.all(texts.map((text) => store.put(key, bodyOf(text), { ifMatch })));
    await assertOneWritten(store, outcomes, texts);
  });
}

async function assertOneWritten(
  store: ObjectStore,
  outcomes: readonly PutOutcome[],
  texts: readonly string[],
): Promise<void> {
  const written = texts.filter((_text, index) => outcomes[index]?.kind === "written");
  assert.equal(written.length, 1, `of several writes, one writes: ${JSON.stringify(outcomes)}`);
  assert.equal(await textOf(store, key), written[0]);
}

async function assertNothingLeft(store: ObjectStore): Promise<void> {
  assert.equal(await store.head(key), null);
  assertEqual(await collect(store.list("")), []);
  assert.equal(await store.abortIncompleteUploads(key), 0);
}
