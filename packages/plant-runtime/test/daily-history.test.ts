import { memoryObjectStore } from "@lmnh/plant-archive";
import { expect, test } from "vitest";
import { dailyHistory } from "../src/daily-history.js";

const nowMs = Date.parse("2026-03-10T12:00:00.000Z");

/** A store whose requests wait until `release` is called. */
function slowStore() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const store = memoryObjectStore();
  let heads = 0;
  return {
    objects: {
      ...store,
      head: async (key: string) => {
        heads++;
        await released;
        return await store.head(key);
      },
    },
    release: () => release(),
    heads: () => heads,
  };
}

/** A clock on which every sleep ends at once, and that counts them. */
function hastyClock() {
  const clock = { sleeps: 0, now: () => nowMs, sleep: async () => void clock.sleeps++ };
  return clock;
}

test("dailyHistory waits for a hanging archive once for all days, and returns what was read meanwhile later", async () => {
  const { objects, release, heads } = slowStore();
  const clock = hastyClock();
  const errors: unknown[] = [];
  const history = dailyHistory(objects, {
    days: 14,
    wait: { clock, timeoutMs: 3_000 },
    onError: (error) => errors.push(error),
  });
  expect(await history(nowMs)).toEqual([]);
  expect(await history(nowMs + 30_000)).toEqual([]);
  expect([clock.sleeps, heads(), errors.length]).toEqual([1, 1, 1]);
  release();
  while (heads() < 14) await new Promise((resolve) => setImmediate(resolve));
  await history(nowMs + 60_000);
  expect([clock.sleeps, errors.length]).toEqual([1, 1]);
});

test("dailyHistory reads the archive again after an hour, and after five minutes if a day was unreadable", async () => {
  const store = memoryObjectStore();
  const calls = { heads: 0, isBroken: true };
  const errors: unknown[] = [];
  const head = async (key: string) => {
    calls.heads++;
    if (calls.isBroken) throw new Error("unreadable");
    return await store.head(key);
  };
  const history = dailyHistory({ ...store, head }, { days: 2, onError: (error) => errors.push(error) });
  const headsAfter = async (minutes: number) => {
    await history(nowMs + minutes * 60_000);
    return calls.heads;
  };
  expect([await headsAfter(0), errors.length, await headsAfter(4)]).toEqual([2, 2, 2]);
  calls.isBroken = false;
  expect([await headsAfter(5), await headsAfter(64), await headsAfter(65), errors.length]).toEqual([
    4, 4, 6, 2,
  ]);
});
