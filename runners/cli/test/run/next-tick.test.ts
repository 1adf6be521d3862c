import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextTick } from "../../src/run/next-tick.js";

const start = fc.integer({ min: 0, max: 2_000_000_000 });
const every = fc.integer({ min: 10, max: 86_400_000 });

describe("nextTick", () => {
  test("does not drift: every tick is a multiple of the interval after the first", () => {
    fc.assert(
      fc.property(
        start,
        every,
        fc.array(fc.integer({ min: 0, max: 200_000_000 }), { maxLength: 30 }),
        (startMs, everyMs, runs) => {
          let tick = 0;
          let nowMs = startMs;
          for (const runMs of runs) {
            nowMs += runMs;
            const next = nextTick(startMs, everyMs, tick, nowMs);
            expect((next.atMs - startMs) % everyMs).toBe(0);
            expect(next.atMs).toBe(startMs + next.number * everyMs);
            // Neither in the past nor later than it has to be, and never the same one twice.
            expect(next.atMs).toBeGreaterThanOrEqual(nowMs);
            expect(next.number).toBeGreaterThan(tick);
            if (next.skipped > 0) expect(next.atMs - nowMs).toBeLessThan(everyMs);
            expect(next.number).toBe(tick + 1 + next.skipped);
            tick = next.number;
            nowMs = next.atMs;
          }
        },
      ),
    );
  });

  test("skips and counts the ticks that a long run has missed", () => {
    expect(nextTick(1_000, 60_000, 0, 1_000 + 59_999)).toEqual({ number: 1, atMs: 61_000, skipped: 0 });
    expect(nextTick(1_000, 60_000, 0, 1_000 + 60_000)).toEqual({ number: 1, atMs: 61_000, skipped: 0 });
    expect(nextTick(1_000, 60_000, 0, 1_000 + 185_000)).toEqual({ number: 4, atMs: 241_000, skipped: 3 });
  });
});
