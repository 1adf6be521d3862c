import { type DayProfile, slotsPerDay } from "../model/day-profile.js";
import { median, quantile } from "../statistics.js";

/** What is usual for a plant, by half hour of the UTC day. */
export interface UsualBand {
  /** The days from which it is learned, 3 to 14. */
  readonly days: number;
  /** Percent. 48 values; `null` where fewer than 3 days are known. */
  readonly soilMoisture: readonly (UsualRange | null)[];
  /** °C. As `soilMoisture`. */
  readonly temperature: readonly (UsualRange | null)[];
}

/** The usual values of one half hour, in the unit of the band. */
export interface UsualRange {
  /** The tenth percentile. */
  readonly low: number;
  /** The fiftieth percentile. */
  readonly median: number;
  /** The ninetieth percentile. */
  readonly high: number;
}

const leastDays = 3;
const mostDays = 14;

/**
 * Learns the band from the last 14 profiles of the plant: the tenth to the ninetieth percentile of each half hour and of
 * those before and after it, so that a watering half an hour early or late is inside. `null` before there are 3 days.
 */
export function usualBand(profiles: readonly DayProfile[], plantId: number): UsualBand | null {
  const days = profiles
    .filter((profile) => profile.plantId === plantId)
    .sort((one, other) => (one.day < other.day ? -1 : 1))
    .slice(-mostDays);
  if (days.length < leastDays) return null;
  return {
    days: days.length,
    soilMoisture: bandOf(days.map(({ soilMoisture }) => soilMoisture)),
    temperature: bandOf(days.map(({ temperature }) => temperature)),
  };
}

function bandOf(days: readonly (readonly (number | null)[])[]): (UsualRange | null)[] {
  const slots = Array.from({ length: slotsPerDay }, (_, slot) => {
    const values = days.map((day) => day[slot]).filter((value) => isKnown(value));
    return values.length < leastDays ? null : rangeOf(values);
  });
  return slots.map((slot, index) => {
    if (slot === null) return null;
    // Midnight is as any other time: the neighbours of the first half hour are the second and the last.
    const near = [-1, 0, 1]
      .map((step) => slots[(index + step + slotsPerDay) % slotsPerDay] ?? null)
      .filter((range) => range !== null);
    return {
      low: Math.min(...near.map(({ low }) => low)),
      median: slot.median,
      high: Math.max(...near.map(({ high }) => high)),
    };
  });
}

function rangeOf(values: readonly number[]): UsualRange | null {
  const [low, middle, high] = [quantile(values, 0.1), median(values), quantile(values, 0.9)];
  return low === null || middle === null || high === null ? null : { low, median: middle, high };
}

function isKnown(value: number | null | undefined): value is number {
  return Number.isFinite(value);
}
