import fc from "fast-check";
import { expect, test } from "vitest";
import { archiveTimeMs, divideRunTime } from "../src/time-budget.js";

/** Milliseconds that a Lambda may be given: up to 15 minutes. */
const remaining = fc.integer({ min: 4_000, max: 900_000 });

test("asking and loading are over more than two seconds before the platform's limit", () => {
  fc.assert(
    fc.property(remaining, (ms) => {
      const { requestMs, loadMs } = divideRunTime(ms);
      expect(requestMs + loadMs).toBeLessThanOrEqual(ms - 2_500);
      expect(loadMs).toBeLessThan(requestMs);
      expect(loadMs).toBeGreaterThan(200);
    }),
  );
});

test("of Terraform's 55 seconds a pull asks for 44", () => {
  expect(divideRunTime(55_000).requestMs / 1000).toBeCloseTo(44, 1);
});

test("an archive run has half of its time, or a minute, to end what it is at", () => {
  expect(archiveTimeMs(900_000)).toBe(837_000);
  fc.assert(
    fc.property(remaining, (ms) => {
      expect(ms - archiveTimeMs(ms)).toBeGreaterThanOrEqual(Math.min(63_000, (ms - 3_000) / 2 + 2_999));
    }),
  );
});

test.each([-5_000, 0, 1, 2_999])("with %i ms left there is still a way to divide them", (ms) => {
  const { requestMs, loadMs } = divideRunTime(ms);
  for (const part of [requestMs, loadMs, archiveTimeMs(ms)]) expect(part).toBeGreaterThanOrEqual(1);
});
