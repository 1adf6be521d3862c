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
  /** The median of the last 14 intervals; `null` before there are 3. */
  readonly usualMs: number | null;
  /** The interval above which the plant is not watered as usual. */
  readonly limitMs: number;
}

const hourMs = 3_600_000;
const temperatureDays = 7;
export const leastHalfHours = 6;
const leastIntervals = 3;
const mostIntervals = 14;
/** A second can of water soon after the first is the same watering. */
const leastIntervalMs = 2 * hourMs;

/** The habits of all plants. `profiles` may be in any order. */
export function learnHabits(profiles: readonly DayProfile[]): ReadonlyMap<number, PlantHabit> {
  const byPlant = new Map<number, DayProfile[]>();
  for (const profile of profiles)
    byPlant.set(profile.plantId, [...(byPlant.get(profile.plantId) ?? []), profile]);
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

/**
 * The limit is `firstLimitMs` until 3 intervals are known, and then the median of the last 14 plus 4 times their spread, but
 * at least `marginMs`. A few missed waterings change neither median nor spread.
 */
export function wateringHabit(
  waterings: readonly WateringProfile[],
  { firstLimitMs, marginMs }: { readonly firstLimitMs: number; readonly marginMs: number },
): WateringHabit {
  const intervals = waterings
    .map(({ intervalMs }) => intervalMs)
    .filter((interval) => interval !== null && interval >= leastIntervalMs)
    .slice(-mostIntervals) as number[];
  const usualMs = median(intervals);
  const deviation = medianDeviation(intervals);
  if (usualMs === null || deviation === null || intervals.length < leastIntervals)
    return { usualMs: null, limitMs: firstLimitMs };
  // 1.4826 times the median deviation is the standard deviation of normally distributed values.
  return { usualMs, limitMs: usualMs + Math.max(marginMs, 4 * 1.4826 * deviation) };
}
