import { describe, expect, test } from "vitest";
import { repeat } from "../../src/run/run-on-interval.js";

/** Acts every second by a clock that only actions and sleeps advance; each entry is the duration of an action. */
async function startsOf(durationsMs: readonly number[]) {
  const stop = new AbortController();
  const starts: number[] = [];
  const skipped: number[] = [];
  const waits: number[] = [];
  let nowMs = 0;
  await repeat(
    async () => {
      starts.push(nowMs);
      nowMs += durationsMs[starts.length - 1] ?? 0;
      if (starts.length === durationsMs.length) stop.abort();
    },
    {
      everyMs: 1_000,
      elapsedMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
      signal: stop.signal,
      onSkipped: (ticks) => skipped.push(ticks),
      onWait: (waitMs) => waits.push(waitMs),
    },
  );
  return { starts, skipped, waits };
}

describe("repeat", () => {
  test("starts at multiples of the interval, however long an action takes", async () => {
    expect(await startsOf([0, 999, 400, 1])).toEqual({
      starts: [0, 1_000, 2_000, 3_000],
      skipped: [],
      waits: [1_000, 1, 600],
    });
  });

  test("skips the starts that an action overruns, and does not drift", async () => {
    expect(await startsOf([2_500, 10, 1_001, 0])).toEqual({
      starts: [0, 3_000, 4_000, 6_000],
      skipped: [2, 1],
      waits: [500, 990, 999],
    });
  });
});
