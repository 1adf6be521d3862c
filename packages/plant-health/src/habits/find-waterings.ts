import type { WateringProfile } from "../model/day-profile.js";
import type { HealthReading } from "../model/records.js";
import { median } from "../statistics.js";
import { readingsBetween, reportedWatering, valuesOf } from "./usable-readings.js";

const minuteMs = 60_000;
/** The trough is the level in the minutes before a watering. */
export const troughMs = 30 * minuteMs;
/** The peak is the level in these minutes after a watering, when the water has reached the sensor. */
const peakFromMs = 5 * minuteMs;
export const peakUntilMs = 35 * minuteMs;
const leastReadings = 2;
/** A record that names a new watering every minute is wrong, and must not grow a profile. */
const mostWaterings = 24;

/**
 * The waterings of one plant from `sinceMs` on, the oldest first, at most 24. `readings` are usable ones, sorted; those
 * before and after a watering give its interval, trough and peak.
 *
 * @param untilMs the time up to which readings are known: a peak that can still change is `null`
 */
export function findWaterings(
  readings: readonly HealthReading[],
  sinceMs: number,
  untilMs: number,
): WateringProfile[] {
  const waterings: WateringProfile[] = [];
  let before: number | null = null;
  for (const reading of readings) {
    const atMs = reportedWatering(reading);
    if (atMs === null || (before !== null && atMs <= before)) continue;
    if (atMs >= sinceMs && waterings.length < mostWaterings)
      waterings.push({
        atMs,
        intervalMs: before === null ? null : atMs - before,
        trough: levelBetween(readings, atMs - troughMs, atMs - 1),
        peak:
          atMs + peakUntilMs > untilMs ? null : levelBetween(readings, atMs + peakFromMs, atMs + peakUntilMs),
      });
    before = atMs;
  }
  return waterings;
}

function levelBetween(readings: readonly HealthReading[], fromMs: number, toMs: number): number | null {
  const values = valuesOf(readingsBetween(readings, fromMs, toMs), "soilMoisture");
  return values.length < leastReadings ? null : median(values);
}
