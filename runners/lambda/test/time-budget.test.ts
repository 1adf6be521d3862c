import fc from "fast-check";
import { expect, test } from "vitest";
import { archiveTimeMs, divideRunTime } from "../src/time-budget.js";

/** Milliseconds that a Lambda may be given: up to 15 minutes. */
const remaining = fc.integer({ min: 4_000, max: 900_000 });

test("divideRunTime: requests and loading end more than two seconds before the platform's limit", () => {
  fc.assert(
    fc.property(remaining, (ms) => {
      const { requestMs, loadMs } = divideRunTime(ms);
      expect(requestMs + loadMs).toBeLessThanOrEqual(ms - 2_500);
      expect(loadMs).toBeLessThan(requestMs);
      expect(loadMs).toBeGreaterThan(200);
    }),
  );
});

test("divideRunTime: a pull sends requests for 44 of Terraform's 55 seconds", () => {
  expect(divideRunTime(55_000).requestMs / 1000).toBeCloseTo(44, 1);
});

test("archiveTimeMs: an archive run has half of its time, or a minute, to finish its current file", () => {
  expect(archiveTimeMs(900_000)).toBe(837_000);
  fc.assert(
    fc.property(remaining, (ms) => {
      expect(ms - archiveTimeMs(ms)).toBeGreaterThanOrEqual(Math.min(63_000, (ms - 3_000) / 2 + 2_999));
    }),
  );
});

test.each([-5_000, 0, 1, 2_999])(
  "divideRunTime: %i remaining ms are divided without negative times",
  (ms) => {
    const { requestMs, loadMs } = divideRunTime(ms);
    for (const part of [requestMs, loadMs, archiveTimeMs(ms)]) expect(part).toBeGreaterThanOrEqual(1);
  },
);
