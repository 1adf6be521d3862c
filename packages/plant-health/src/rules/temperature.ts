import { leastHalfHours } from "../habits/plant-habit.js";
import { readingsBetween, valuesOf } from "../habits/usable-readings.js";
import { slotMs, slotsPerDay } from "../model/day-profile.js";
import { median, quantile } from "../statistics.js";
import {
  clear,
  hourMs,
  leastShareOff,
  levelAt,
  levelMs,
  minuteMs,
  type OpenAlert,
  type PlantView,
  roundTenth,
  unknown,
  type Verdict,
  valuesBefore,
} from "./plant-view.js";

const dayMs = slotMs * slotsPerDay;
/** The level is looked at so often within the time that a deviation, or its end, has to last. */
const samples = 5;
export const returnedForMs = 15 * minuteMs;
/** After this time a deviation is the new usual. */
const relearnMs = 7 * dayMs;
const oldestHabitMs = 14 * dayMs;

/** The temperature is far from what is usual for the plant. */
export function judgeTemperature(view: PlantView, open: OpenAlert<"temperature"> | null): Verdict {
  const { nowMs, settings } = view;
  const isFrozen = open !== null && nowMs - open.firedMs < relearnMs;
  const base = isFrozen ? open.detail.base : usualTemperature(view);
  const level = levelAt(view, "temperature", nowMs);
  if (base === null || level === null) return unknown;
  const lastsMs = open === null ? settings.temperatureAfterMinutes * minuteMs : returnedForMs;
  const instants = Array.from({ length: samples }, (_, index) => nowMs - (index * lastsMs) / (samples - 1));
  const isOver =
    open === null
      ? !instants.every((atMs) => isOff(view, atMs, base, level > base))
      : instants.every((atMs) => hasReturned(view, atMs, base));
  if (isOver) return clear;
  return {
    kind: "fires",
    startedMs: open?.startedMs ?? beginOf(view, base),
    detail: { rule: "temperature", temperature: roundTenth(level), base: roundTenth(base) },
  };
}

function isOff(view: PlantView, atMs: number, base: number, isWarm: boolean): boolean {
  const values = valuesBefore(view, "temperature", atMs, levelMs(view.gapMs));
  const nearest = values && quantile(values, isWarm ? 1 - leastShareOff : leastShareOff);
  if (nearest === null) return false;
  const deviation = isWarm ? nearest - base : base - nearest;
  return deviation > view.settings.temperatureDeviationCelsius;
}

function hasReturned(view: PlantView, atMs: number, base: number): boolean {
  const level = levelAt(view, "temperature", atMs);
  return level !== null && Math.abs(level - base) < view.settings.temperatureReturnCelsius;
}

/** The median of the last days; on the first day, of the hours before the last one. */
function usualTemperature({ habit, readings, nowMs }: PlantView): number | null {
  if (habit !== null && habit.temperature !== null && nowMs - Date.parse(habit.newestDay) < oldestHabitMs)
    return habit.temperature;
  const halfHours = Array.from({ length: slotsPerDay - 2 }, (_, index) => {
    const untilMs = nowMs - hourMs - index * slotMs;
    const values = valuesOf(readingsBetween(readings, untilMs - slotMs + 1, untilMs), "temperature");
    return values.length < 2 ? null : median(values);
  }).filter((value) => value !== null);
  return halfHours.length < leastHalfHours ? null : median(halfHours);
}

/** Since when the temperature is on its way, as far as the readings go back. */
function beginOf(view: PlantView, base: number): number {
  const stepMs = 5 * minuteMs;
  let beginMs = view.nowMs;
  for (let step = 0; step < 36; step += 1) {
    const level = levelAt(view, "temperature", beginMs - stepMs);
    if (level === null || Math.abs(level - base) <= view.settings.temperatureReturnCelsius) break;
    beginMs -= stepMs;
  }
  return beginMs;
}
