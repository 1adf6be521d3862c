import { fc, test as property } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import { median, quantile } from "../src/statistics.js";

test("quantile interpolates, and is null of no values", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5], 0.9)).toBe(5);
  expect(median([])).toBeNull();
});

property(
  "quantile of finite values is finite and between the least and the greatest, in any order",
  [
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ],
  (values, share) => {
    const result = quantile(values, share) ?? Number.NaN;
    const tolerance = 1e-9 * Math.max(...values.map(Math.abs));
    expect(Number.isFinite(result)).toBe(true);
    expect(result).toBeGreaterThanOrEqual(Math.min(...values) - tolerance);
    expect(result).toBeLessThanOrEqual(Math.max(...values) + tolerance);
    expect(quantile([...values].reverse(), share)).toBe(result);
  },
);
