import type { PlantHabit } from "../habits/plant-habit.js";
import { readingsBetween, valuesOf } from "../habits/usable-readings.js";
import type { Alert, AlertDetail, DetailOf } from "../model/alert.js";
import type { WateringProfile } from "../model/day-profile.js";
import type { HealthReading } from "../model/records.js";
import type { PlantRule } from "../model/rule.js";
import { median } from "../statistics.js";
import type { HealthSettings } from "./health-settings.js";

/** All that the rules know of one plant. Times are milliseconds since the epoch. */
export interface PlantView {
  readonly nowMs: number;
  /** The median time between two complete runs: `c`. */
  readonly gapMs: number;
  /** Usable readings up to now, the oldest first. */
  readonly readings: readonly HealthReading[];
  /** The waterings of the profiles and of the readings, the oldest first. */
  readonly waterings: readonly WateringProfile[];
  /** The newest watering that is reported or remembered; `null` if none is known. */
  readonly lastWateredMs: number | null;
  /** `null` before the first day is known. */
  readonly habit: PlantHabit | null;
  /** Starts of the runs in which most plants had a reading. */
  readonly healthyRunsMs: readonly number[];
  /** When the API last reported a fault of the sensor. */
  readonly sensorFaultMs: number | null;
  readonly settings: HealthSettings;
}

/** An alert that fires. */
export type OpenAlert<R extends PlantRule> = Alert & { readonly detail: DetailOf<R> };

/**
 * - `fires`: the condition holds; of an open alert, it has not ended
 * - `clear`: it does not hold
 * - `unknown`: the data do not tell; an open alert stays, and none fires
 */
export type Verdict =
  | { readonly kind: "fires"; readonly startedMs: number; readonly detail: AlertDetail }
  | { readonly kind: "clear" }
  | { readonly kind: "unknown" };

export const clear: Verdict = { kind: "clear" };
export const unknown: Verdict = { kind: "unknown" };

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** The time after which a plant without a reading is silent. */
export function silenceMs({ silentAfterMinutes }: HealthSettings, gapMs: number): number {
  return Math.max(silentAfterMinutes * minuteMs, 6 * gapMs);
}

/** The minutes of which a level is the median. */
export function levelMs(gapMs: number): number {
  return Math.max(15 * minuteMs, 9 * gapMs);
}

/** The values of the last `windowMs` before `untilMs`; `null` if less than 40 % of the readings expected are there. */
export function valuesBefore(
  view: PlantView,
  measurement: "soilMoisture" | "temperature",
  untilMs: number,
  windowMs: number,
): number[] | null {
  const values = valuesOf(readingsBetween(view.readings, untilMs - windowMs + 1, untilMs), measurement);
  return values.length < Math.max(3, (0.4 * windowMs) / view.gapMs) ? null : values;
}

/** The level at an instant: the median of the last max(15 minutes, 9c). */
export function levelAt(
  view: PlantView,
  measurement: "soilMoisture" | "temperature",
  atMs: number,
): number | null {
  const values = valuesBefore(view, measurement, atMs, levelMs(view.gapMs));
  return values && median(values);
}

/**
 * To fire, three quarters of the readings must be off, not half: of readings that are wild at random, as many as a third,
 * half are off by chance now and then.
 */
export const leastShareOff = 0.75;

/** Whether the plant has sent a reading a short time ago. */
export function isHeard({ readings, nowMs, gapMs, settings }: PlantView): boolean {
  const newest = readings.at(-1);
  return newest !== undefined && nowMs - newest.takenMs < silenceMs(settings, gapMs);
}

/** Facts are for people: a tenth is enough. */
export function roundTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
