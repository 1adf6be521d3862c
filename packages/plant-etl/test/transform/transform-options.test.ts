import { describe, expect, test } from "vitest";
import { buildResponse } from "../../src/testing/builders.js";
import { qualityChecker } from "../../src/transform/flag-quality.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { defaultTransformOptions, type TransformOptions } from "../../src/transform/transform-options.js";
import { transformResponse } from "../../src/transform/transform-response.js";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe("lmnhTransform checks its options once, when it is called", () => {
  test.each<[name: string, value: unknown, shown: string]>([
    ["temperatureRange", [nan, 50], "[NaN, 50]"],
    ["temperatureRange", [0, infinity], "[0, Infinity]"],
    ["temperatureRange", [50, 0], "[50, 0]"],
    ["temperatureRange", [0], "[0]"],
    ["temperatureRange", null, "null"],
    ["soilMoistureRange", [-infinity, 100], "[-Infinity, 100]"],
    ["soilMoistureRange", [100, 0], "[100, 0]"],
    ["soilMoistureRange", "0-100", "0-100"],
    ["futureToleranceMs", nan, "NaN"],
    ["futureToleranceMs", -1, "-1"],
    ["futureToleranceMs", infinity, "Infinity"],
    ["staleAfterMs", -1, "-1"],
    ["staleAfterMs", "1h", "1h"],
    ["defaultUtcOffsetMinutes", 841, "841"],
    ["defaultUtcOffsetMinutes", -841, "-841"],
    ["defaultUtcOffsetMinutes", 0.5, "0.5"],
    ["defaultUtcOffsetMinutes", nan, "NaN"],
    ["phoneRegion", "XX", '"XX"'],
    ["phoneRegion", "us", '"us"'],
    ["phoneRegion", "", '""'],
    ["phoneRegion", 44, "44"],
    ["flagMissingWatering", "no", "no"],
  ])("and rejects %s of %o", (name, value, shown) => {
    const problem = { code: "OPTION_INVALID", message: expect.stringMatching(`^${name} must be `) };
    expect(() => lmnhTransform({ [name]: value })).toThrow(expect.objectContaining(problem));
    expect(() => lmnhTransform({ [name]: value })).toThrow(`, not ${shown}.`);
  });

  test("and accepts the bounds of each", () => {
    for (const defaultUtcOffsetMinutes of [-840, 840]) lmnhTransform({ defaultUtcOffsetMinutes });
    lmnhTransform({ temperatureRange: [20, 20], futureToleranceMs: 0, staleAfterMs: 0, phoneRegion: "GB" });
  });

  test("and uses the default of an option that is undefined", () => {
    const undefinedOptions = Object.fromEntries(
      Object.keys(defaultTransformOptions).map((name) => [name, undefined]),
    ) as { [Name in keyof TransformOptions]?: undefined };
    const response = buildResponse(7);
    expect(transformResponse(response, lmnhTransform(undefinedOptions))).toEqual(
      transformResponse(response, lmnhTransform()),
    );
  });
});

test("qualityChecker checks its limits once, and checks no value that is absent", () => {
  expect(() => qualityChecker({ temperatureRange: [9, 1] })).toThrow("temperatureRange");
  const flag = qualityChecker({ temperatureRange: [5, 40], soilMoistureRange: undefined });
  const times = { recordingTaken: 0, receivedAt: 0 };
  expect(flag(times)).toBe(0);
  expect(flag({ ...times, temperature: 4 })).toBe(1);
  expect(flag({ ...times, soilMoisture: 101 })).toBe(2);
  expect(flag({ recordingTaken: 120_001, receivedAt: 0 })).toBe(4);
  expect(flag({ recordingTaken: 0, receivedAt: 3_600_001 })).toBe(8);
  expect(flag({ ...times, lastWatered: null })).toBe(16);
});
