import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { startTimeLimit } from "../src/time-limit.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const clock = { sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }) };
const never = new AbortController().signal;

describe("startTimeLimit", () => {
  test("aborts when the time is over, even if only its signal is referenced and garbage is collected", async () => {
    const signals = Array.from({ length: 50 }, () => startTimeLimit(clock, 500, never).signal);
    for (let round = 0; round < 4; round++) {
      // What a weak reference was just made of is kept until the turn ends.
      await setImmediate();
      collectGarbage();
    }
    await vi.waitUntil(() => signals.every(({ aborted }) => aborted), { timeout: 60_000 });
  });

  test("aborts with the outer signal, before or after it begins, and with its reason", () => {
    const outer = new AbortController();
    const before = startTimeLimit(clock, 3_600_000, outer.signal);
    outer.abort("stop");
    const after = startTimeLimit(clock, 3_600_000, outer.signal);
    for (const limit of [before, after]) {
      expect([limit.signal.aborted, limit.signal.reason]).toEqual([true, "stop"]);
      limit.release();
    }
  });

  test("keeps no timer after its release, and does not abort", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const limit = startTimeLimit(clock, 3_600_000, never);
    expect(timers()).toBe(before + 1);
    limit.release();
    expect(timers()).toBe(before);
    expect(limit.signal.aborted).toBe(false);
  });
});
