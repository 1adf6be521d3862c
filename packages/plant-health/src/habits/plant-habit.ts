import type { DayProfile, WateringProfile } from "../model/day-profile.js";
import { median, medianDeviation } from "../statistics.js";

/** What is learned from the profiles of one plant. */
export interface PlantHabit {
  /** The waterings of the days known, the oldest first. */
  readonly waterings: readonly WateringProfile[];
  /** °C: the median of the half hours of the last 7 days known; `null` of fewer than 6 half hours, that is 3 hours. */
  readonly temperature: number | null;
  /** The newest day known, `YYYY-MM-DD`. */
  readonly newestDay: string;
}

/** How often a plant is watered. */
export interface WateringHabit {
  /** The median of the last 14 intervals; `null` before 3 are known. */
  readonly usualMs: number | null;
  /** The time since the last watering above which the plant is not watered as usual. */
  readonly limitMs: number;
}

const hourMs = 3_600_000;
const temperatureDays = 7;
export const leastHalfHours = 6;
const weekMs = 7 * 24 * hourMs;
const leastIntervals = 3;
/** Of an interval longer than the first limit, as long as the spread is not known. */
const longestIntervalFactor = 1.5;
/** A plant that is watered once a week is not watered to the hour: 2 hours a day. */
const leastMarginShare = 1 / 12;
const mostIntervals = 14;
/** A second can of water soon after the first is the same watering. */
const leastIntervalMs = 2 * hourMs;

/** The habits of all plants. `profiles` may be in any order. */
export function learnHabits(profiles: readonly DayProfile[]): ReadonlyMap<number, PlantHabit> {
  const byPlant = new Map<number, DayProfile[]>();
  for (const profile of profiles) {
    const own = byPlant.get(profile.plantId);
    if (own === undefined) byPlant.set(profile.plantId, [profile]);
    else own.push(profile);
  }
  return new Map([...byPlant].map(([plantId, own]) => [plantId, habitOf(own)]));
}

function habitOf(profiles: readonly DayProfile[]): PlantHabit {
  const days = [...profiles].sort((one, other) => (one.day < other.day ? -1 : 1));
  const halfHours = days
    .slice(-temperatureDays)
    .flatMap(({ temperature }) => temperature.filter((value) => value !== null && Number.isFinite(value)));
  return {
    waterings: mergeWaterings(days.flatMap(({ waterings }) => waterings)),
    temperature:
      halfHours.length < leastHalfHours ? null : median(halfHours.filter((value) => value !== null)),
    newestDay: days.at(-1)?.day ?? "",
  };
}

/** By time; of two records of one watering the one with more known levels is kept. */
export function mergeWaterings(waterings: readonly WateringProfile[]): WateringProfile[] {
  const byTime = new Map<number, WateringProfile>();
  for (const watering of waterings) {
    const other = byTime.get(watering.atMs);
    if (other === undefined || knownLevels(watering) > knownLevels(other))
      byTime.set(watering.atMs, watering);
  }
  return [...byTime.values()].sort((one, other) => one.atMs - other.atMs);
}

function knownLevels({ trough, peak, intervalMs }: WateringProfile): number {
  return [trough, peak, intervalMs].filter((value) => value !== null).length;
}

export interface WateringHabitOptions {
  /** Of the watering after which the limit holds. Without it the days of the week do not count. */
  readonly lastWateredMs?: number | undefined;
  readonly firstLimitMs: number;
  readonly marginMs: number;
}

/**
 * The limit is the median of the last 14 intervals and a margin: 4 times their spread, but at least `marginMs`, and a
 * twelfth of the median. A few missed waterings change neither median nor spread. If the intervals after the waterings one
 * and two weeks before the last one were both longer, the shorter of them takes the place of the median: nobody waters on
 * Sundays.
 *
 * Until 3 intervals are known the limit is `firstLimitMs`, or 1.5 times the longest interval if that is above
 * `firstLimitMs`.
 */
export function wateringHabit(
  waterings: readonly WateringProfile[],
  { lastWateredMs = Number.NaN, firstLimitMs, marginMs }: WateringHabitOptions,
): WateringHabit {
  const known = waterings.flatMap(({ atMs, intervalMs }) =>
    intervalMs === null || intervalMs < leastIntervalMs ? [] : [{ atMs, intervalMs }],
  );
  const intervals = known.slice(-mostIntervals).map(({ intervalMs }) => intervalMs);
  const usualMs = median(intervals);
  const deviation = medianDeviation(intervals);
  if (usualMs === null || deviation === null || intervals.length < leastIntervals) {
    const longestMs = Math.max(0, ...intervals);
    return {
      usualMs: null,
      limitMs: longestMs <= firstLimitMs ? firstLimitMs : longestIntervalFactor * longestMs,
    };
  }
  // 1.4826 times the median deviation is the standard deviation of normally distributed values.
  const toleranceMs = Math.max(marginMs, leastMarginShare * usualMs, 4 * 1.4826 * deviation);
  const intervalFrom = (sinceMs: number) =>
    known.find(({ atMs, intervalMs }) => Math.abs(atMs - intervalMs - sinceMs) <= toleranceMs)?.intervalMs ??
    0;
  const weeklyMs = Math.min(intervalFrom(lastWateredMs - weekMs), intervalFrom(lastWateredMs - 2 * weekMs));
  return { usualMs, limitMs: Math.max(usualMs, weeklyMs) + toleranceMs };
}
