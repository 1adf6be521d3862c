import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ditherTimer } from "../src/timer-dither.js";

const draws = Array.from({ length: 1_000 }, (_, index) => (index + 0.5) / 1_000);

describe("ditherTimer", () => {
  it("returns half a millisecond less than the delay, on average over all draws", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 3_600_000, noNaN: true }), (ms) => {
        const mean = draws.reduce((sum, draw) => sum + ditherTimer(ms, draw), 0) / draws.length;
        expect(Math.abs(mean - (ms - 0.5))).toBeLessThan(0.002);
      }),
    );
  });

  it("returns a whole number at most a millisecond from that, never negative", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -10, max: 3_600_000, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (ms, draw) => {
          const set = ditherTimer(ms, draw);
          expect(Number.isInteger(set)).toBe(true);
          expect(set).toBeGreaterThanOrEqual(0);
          expect(Math.abs(set - Math.max(0, ms - 0.5))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
