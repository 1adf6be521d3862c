import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timerMs } from "../src/timer-dither.js";

const draws = Array.from({ length: 1_000 }, (_, index) => (index + 0.5) / 1_000);

describe("what a timer is set to", () => {
  it("is half a millisecond less than the wait, on average over all draws", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 3_600_000, noNaN: true }), (ms) => {
        const mean = draws.reduce((sum, draw) => sum + timerMs(ms, draw), 0) / draws.length;
        expect(Math.abs(mean - (ms - 0.5))).toBeLessThan(0.002);
      }),
    );
  });

  it("is a whole number, no more than a millisecond away from that, and never negative", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -10, max: 3_600_000, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (ms, draw) => {
          const set = timerMs(ms, draw);
          expect(Number.isInteger(set)).toBe(true);
          expect(set).toBeGreaterThanOrEqual(0);
          expect(Math.abs(set - Math.max(0, ms - 0.5))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
