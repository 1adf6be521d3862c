import { fc, test } from "@lmnh/testing/property";
import { describe, expect, it } from "vitest";
import { medianLine, oddSamples, type Sample } from "../../src/page/median-line.js";

const minuteMs = 60_000;
const grid = { startMs: 0, stepMs: 5 * minuteMs, points: 25 };
const options = { ...grid, windowMs: 15 * minuteMs, expected: 15, maxGapMs: 5 * minuteMs };

/** One sample a minute, without those that are left out. */
function samples(valueAt: (minute: number) => number | null, every = 1): Sample[] {
  return Array.from({ length: 121 }, (_, minute) => ({ atMs: minute * minuteMs, value: valueAt(minute) }))
    .filter(({ atMs }) => (atMs / minuteMs) % every === 0)
    .filter((sample): sample is Sample => sample.value !== null);
}

describe("medianLine", () => {
  it("is not moved by single odd values", () => {
    const line = medianLine(
      samples((minute) => (minute % 7 === 0 ? 80 : 10)),
      options,
    );
    expect(line).toEqual(Array.from({ length: 25 }, () => 10));
  });

  it("steps where the values step", () => {
    const line = medianLine(
      samples((minute) => (minute < 60 ? 10 : 90)),
      options,
    );
    expect(line.slice(10, 15)).toEqual([10, 10, 90, 90, 90]);
  });

  it("has a gap where samples are missing, and ends with them", () => {
    const gap = medianLine(
      samples((minute) => (minute > 40 && minute < 80 ? null : 10)),
      options,
    );
    expect(gap[8]).toBe(10);
    expect(gap.slice(10, 15)).toEqual([null, null, null, null, null]);
    expect(gap[16]).toBe(10);
    const coarse = { ...options, windowMs: 90 * minuteMs, expected: 9, maxGapMs: 15 * minuteMs };
    const ended = medianLine(
      samples((minute) => (minute <= 80 ? 10 : null), 10),
      coarse,
    );
    expect(ended.findLastIndex((value) => value !== null)).toBe(19);
  });

  test(
    "has each median between the least and the greatest sample",
    [fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 121, maxLength: 121 })],
    (values) => {
      const line = medianLine(
        samples((minute) => values[minute] ?? null),
        options,
      );
      for (const median of line) {
        expect(median).toBeGreaterThanOrEqual(Math.min(...values));
        expect(median).toBeLessThanOrEqual(Math.max(...values));
      }
    },
  );
});

describe("oddSamples", () => {
  it("finds single values far from the line, and not those of a step", () => {
    const all = samples((minute) => (minute === 30 ? 80 : minute < 62 ? 10 : 90));
    const line = medianLine(all, options);
    expect(oddSamples(all, line, grid, 10)).toEqual([{ atMs: 30 * minuteMs, value: 80 }]);
  });
});
