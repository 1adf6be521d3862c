import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildProfiles,
  evaluate,
  type HealthReading,
  learnHabits,
  readHealthSettings,
  type Transition,
  usualBand,
} from "../src/index.js";
import { dayMs, dayOne, greenhouse, hourMs, minuteMs } from "./support/greenhouse.js";

const nowMs = dayOne + 4 * dayMs + 14.5 * hourMs;
const strangeNumbers = [Number.NaN, Infinity, -Infinity, 0, -1e308, 1e308, 8.64e15 + 1];
const instant = fc.oneof(
  fc.integer({ min: -200, max: 30 }).map((minutes) => nowMs + minutes * minuteMs),
  fc.constantFrom(...strangeNumbers),
);
const value = fc.oneof(fc.double({ min: -100, max: 120 }), fc.constantFrom(...strangeNumbers));
const hostileReading: fc.Arbitrary<HealthReading> = fc.record({
  plantId: fc.constantFrom(1, 2, 3, 4, Number.NaN),
  takenMs: instant,
  temperature: value,
  soilMoisture: value,
  lastWateredMs: fc.option(instant),
  qualityFlag: fc.nat(31),
});

const { optionsAt, profiles } = greenhouse();
const known = profiles.filter(({ day }) => Date.parse(day) + dayMs + hourMs <= nowMs);
const usual = optionsAt(nowMs);

function shuffle<T>(values: readonly T[], seed: number): T[] {
  return values
    .map((one, index) => ({ one, key: Math.sin(seed + index * 12.9898) }))
    .sort((one, other) => one.key - other.key)
    .map(({ one }) => one);
}

describe("evaluate", () => {
  it("accepts any data, and does not depend on their order", () => {
    fc.assert(
      fc.property(
        fc.array(hostileReading, { maxLength: 300 }),
        fc.boolean(),
        fc.nat(),
        (strange, alone, seed) => {
          const readings = alone ? strange : [...usual.readings, ...strange];
          const options = { ...usual, readings };
          const transitions = evaluate(options);
          expect(
            evaluate({
              ...options,
              readings: shuffle(readings, seed),
              habits: learnHabits(shuffle(known, seed)),
              runs: shuffle(usual.runs, seed),
              plants: shuffle(usual.plants, seed),
            }),
          ).toEqual(transitions);
          expect(keysOf(transitions)).toHaveLength(new Set(keysOf(transitions)).size);
          for (const transition of transitions)
            if (transition.kind === "fire") expect(Number.isFinite(transition.startedMs)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("ignores the readings of an instant in the future, and those that were flagged as such", () => {
    fc.assert(
      fc.property(fc.array(hostileReading, { maxLength: 100 }), (strange) => {
        const future = strange.map((reading, index) =>
          index % 2 === 0 ? { ...reading, takenMs: nowMs + 1 + index } : { ...reading, qualityFlag: 4 },
        );
        expect(evaluate({ ...usual, readings: [...usual.readings, ...future] })).toEqual(evaluate(usual));
      }),
      { numRuns: 50 },
    );
  });

  it("is quiet without data", () => {
    const empty = { plants: [], readings: [], notices: [], runs: [], habits: new Map(), alerts: [] };
    const settings = readHealthSettings();
    expect(evaluate({ ...empty, newestReadingMs: null, nowMs, settings })).toEqual([]);
    expect(evaluate({ ...empty, newestReadingMs: Number.NaN, nowMs: Number.NaN, settings })).toEqual([]);
    expect(evaluate({ ...usual, readings: [], runs: [], habits: new Map(), newestReadingMs: null })).toEqual(
      [],
    );
  });

  it("fires an outage when it starts hours after the last reading", () => {
    const transitions = evaluate({ ...usual, readings: [], runs: [], newestReadingMs: nowMs - 8 * hourMs });
    expect(transitions).toMatchObject([{ kind: "fire", plantId: null, startedMs: nowMs - 8 * hourMs }]);
  });
});

describe("buildProfiles", () => {
  it("accepts any readings, does not depend on their order, and has at most 24 waterings a day", () => {
    fc.assert(
      fc.property(fc.array(hostileReading, { maxLength: 300 }), fc.nat(), (strange, seed) => {
        const day = "2026-01-24";
        const readings = [...usual.readings, ...strange];
        const profiles = buildProfiles(readings, day);
        expect(buildProfiles(shuffle(readings, seed), day)).toEqual(profiles);
        for (const { soilMoisture, temperature, waterings } of profiles) {
          expect([soilMoisture.length, temperature.length]).toEqual([48, 48]);
          expect([...soilMoisture, ...temperature].every((one) => one === null || Number.isFinite(one))).toBe(
            true,
          );
          expect(waterings.length).toBeLessThanOrEqual(24);
        }
        usualBand(profiles, 1);
      }),
      { numRuns: 100 },
    );
  });
});

function keysOf(transitions: readonly Transition[]): string[] {
  return transitions.map((transition) =>
    transition.kind === "fire" ? `${transition.plantId}:${transition.detail.rule}` : transition.alertId,
  );
}
