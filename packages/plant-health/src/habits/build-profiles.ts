import { type DayProfile, slotMs, slotsPerDay } from "../model/day-profile.js";
import type { HealthReading } from "../model/records.js";
import { median } from "../statistics.js";
import { findWaterings } from "./find-waterings.js";
import { readingsBetween, usableReadings, valuesOf } from "./usable-readings.js";

const dayMs = slotsPerDay * slotMs;
const marginMs = 60 * 60_000;
/** One reading can be a wild one. */
const leastReadings = 2;

/**
 * The readings that the profile of a day needs, in milliseconds since the epoch: the day (`YYYY-MM-DD`, UTC) and an hour
 * before and after it, in which the levels around a watering near midnight are. A day is complete at `untilMs`.
 */
export function profileWindow(day: string): {
  /** Inclusive. */
  readonly sinceMs: number;
  /** Exclusive. */
  readonly untilMs: number;
} {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  return { sinceMs: startMs - marginMs, untilMs: startMs + dayMs + marginMs };
}

/** The profiles of all plants with a reading on the day, by plant. `readings` are those of `profileWindow`, in any order. */
export function buildProfiles(readings: readonly HealthReading[], day: string): DayProfile[] {
  const { untilMs } = profileWindow(day);
  return [...usableReadings(readings, untilMs)]
    .sort(([one], [other]) => one - other)
    .map(([plantId, own]) => profileOf(plantId, day, own))
    .filter((profile) => profile.soilMoisture.concat(profile.temperature).some((value) => value !== null));
}

/** The profile of one plant. `readings` may be those of several plants, in any order. */
export function dayProfile(plantId: number, day: string, readings: readonly HealthReading[]): DayProfile {
  return profileOf(plantId, day, usableReadings(readings, profileWindow(day).untilMs).get(plantId) ?? []);
}

function profileOf(plantId: number, day: string, readings: readonly HealthReading[]): DayProfile {
  const { sinceMs, untilMs } = profileWindow(day);
  const startMs = sinceMs + marginMs;
  const known = readingsBetween(readings, sinceMs, untilMs);
  const slots = Array.from({ length: slotsPerDay }, (_, slot) =>
    readingsBetween(known, startMs + slot * slotMs, startMs + (slot + 1) * slotMs - 1),
  );
  const medians = (measurement: "soilMoisture" | "temperature") =>
    slots.map((slot) => {
      const values = valuesOf(slot, measurement);
      return values.length < leastReadings ? null : median(values);
    });
  return {
    plantId,
    day,
    soilMoisture: medians("soilMoisture"),
    temperature: medians("temperature"),
    waterings: findWaterings(known, startMs, untilMs).filter(({ atMs }) => atMs < startMs + dayMs),
  };
}
