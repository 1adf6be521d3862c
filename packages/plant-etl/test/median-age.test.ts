import { fc, test as property } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import { createMedianAge } from "../src/median-age.js";
import { buildPayload, buildResponse } from "../src/testing/builders.js";
import { buildBatch } from "../src/transform/batch-builder.js";
import { lmnhTransform } from "../src/transform/lmnh-transform.js";

/** By our clock when every response arrives. */
const now = Date.parse("2026-01-28T12:00:01.000Z");
const minutes = 60_000;

/** The median age in minutes of readings of plants 0, 1, 2 … that are this many minutes old on arrival. */
function medianAge(...ages: (number | readonly [plantId: number, age: number])[]): number | null {
  const responses = ages.map((given, index) => {
    const [plantId, age] = typeof given === "number" ? [index, given] : given;
    const recording_taken = new Date(now - age * minutes).toISOString();
    return buildResponse(plantId, buildPayload(plantId, { recording_taken }));
  });
  const median = createMedianAge();
  // In two batches, as a long run has them.
  for (const part of [responses.slice(0, 2), responses.slice(2)])
    median.add(buildBatch(part, lmnhTransform()).batch);
  const ms = median.ms();
  return ms === null ? null : ms / minutes;
}

const inYear9999 = -4_193_000_000;

test("medianAge: one plant in the year 9999 does not hide that 49 are two hours old", () => {
  expect(medianAge(inYear9999, ...Array<number>(49).fill(120))).toBe(120);
});

test("medianAge: a few stopped sensors do not change the median", () => {
  expect(medianAge(...Array<number>(40).fill(1), ...Array<number>(9).fill(10_000))).toBe(1);
});

test("medianAge uses the newest reading of a plant, in any order", () => {
  expect(medianAge([1, 50], [1, 10], [1, 30])).toBe(10);
});

test("medianAge ignores the future readings of a plant", () => {
  expect(medianAge([1, 30], [1, inYear9999])).toBe(30);
});

test("medianAge: a reading ahead by less than the tolerance has the age 0", () => {
  expect(medianAge(-1)).toBe(0);
});

test("medianAge is null without readings, or with future ones only", () => {
  expect(medianAge()).toBeNull();
  expect(medianAge(inYear9999, -60)).toBeNull();
});

property(
  "medianAge: half of the plants are at least as old, and half at most",
  [fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 30 })],
  (ages) => {
    const median = medianAge(...ages) ?? Number.NaN;
    expect(ages.filter((age) => age >= median).length).toBeGreaterThanOrEqual(ages.length / 2);
    expect(ages.filter((age) => age <= median).length).toBeGreaterThanOrEqual(ages.length / 2);
  },
);
