import fc from "fast-check";
import { expect, test } from "vitest";
import { lastTimeOfDay, nextTimeOfDay, timesOfDay } from "../../src/archive/times-of-day.js";

const at = (text: string) => Date.parse(text);

test("timesOfDay reads times and every hour, and refuses others with an example", () => {
  expect(timesOfDay("00:10")).toEqual({ value: [10] });
  expect(timesOfDay("12:30, 00:10,12:30")).toEqual({ value: [10, 750] });
  expect(timesOfDay("*:59")).toMatchObject({ value: { length: 24 } });
  for (const text of ["", "24:00", "10", "12:60", "00:10,", "*", "12:00Z"])
    expect(timesOfDay(text)).toEqual({
      problem: "must be times of day in UTC, separated by commas, such as 00:10 or *:10",
    });
});

test("lastTimeOfDay and nextTimeOfDay cross midnight", () => {
  expect(lastTimeOfDay([10], at("2026-03-01T00:09:59Z"))).toBe(at("2026-02-28T00:10:00Z"));
  expect(lastTimeOfDay([10], at("2026-03-01T00:10:00Z"))).toBe(at("2026-03-01T00:10:00Z"));
  expect(nextTimeOfDay([10], at("2026-03-01T00:10:00Z"))).toBe(at("2026-03-02T00:10:00Z"));
  expect(nextTimeOfDay([10, 750], at("2026-03-01T00:10:00Z"))).toBe(at("2026-03-01T12:30:00Z"));
});

test("lastTimeOfDay and nextTimeOfDay enclose now, less than a day away", () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(minutes, fc.integer({ min: 0, max: 4_102_444_800_000 }), (unsorted, nowMs) => {
      const times = unsorted.sort((left, right) => left - right);
      const last = lastTimeOfDay(times, nowMs);
      const next = nextTimeOfDay(times, nowMs);
      expect(last).toBeLessThanOrEqual(nowMs);
      expect(next).toBeGreaterThan(nowMs);
      expect(next - last).toBeLessThanOrEqual(24 * 3_600_000);
      expect(nextTimeOfDay(times, last)).toBe(next);
    }),
  );
});
