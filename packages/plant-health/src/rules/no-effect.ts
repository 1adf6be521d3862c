import { readingsBetween, valuesOf } from "../habits/usable-readings.js";
import { median, quantile } from "../statistics.js";
import {
  clear,
  leastShareOff,
  levelMs,
  minuteMs,
  type OpenAlert,
  type PlantView,
  roundTenth,
  unknown,
  type Verdict,
} from "./plant-view.js";

/** Water needs some minutes to reach the sensor. */
const settledAfterMs = 5 * minuteMs;
const lastsMs = 3 * minuteMs;

/** A watering did not make the soil wetter. */
export function judgeNoEffect(view: PlantView, open: OpenAlert<"no-effect"> | null): Verdict {
  const { nowMs, lastWateredMs, settings } = view;
  if (lastWateredMs === null) return unknown;
  if (open !== null && lastWateredMs > open.detail.wateredMs) return clear;
  const before = open === null ? levelBefore(view, lastWateredMs) : open.detail.before;
  const after = levelAfter(view, lastWateredMs, nowMs);
  if (before === null || after === null) return unknown;
  if (before >= settings.wetSoilPercent || after - before >= settings.wateringRisePercent) return clear;
  if (open === null) {
    const sinceMs = nowMs - lastWateredMs;
    if (sinceMs < settings.noEffectAfterMinutes * minuteMs + lastsMs) return unknown;
    if (sinceMs > settings.noEffectUntilMinutes * minuteMs) return unknown;
    const isDry = (untilMs: number) => {
      const values = valuesBetween(view, lastWateredMs + settledAfterMs, untilMs);
      const highest = quantile(values, leastShareOff);
      return highest !== null && highest - before < settings.wateringRisePercent;
    };
    if (!isDry(nowMs) || !isDry(nowMs - lastsMs)) return unknown;
    // A sensor that has stopped just before the watering cannot show it: the rule for stuck ones decides.
    if (isStill(view, lastWateredMs)) return unknown;
  }
  return {
    kind: "fires",
    startedMs: lastWateredMs,
    detail: {
      rule: "no-effect",
      wateredMs: lastWateredMs,
      before,
      after: roundTenth(after),
    },
  };
}

/** How long before a watering the level is taken. */
export function beforeMs(gapMs: number): number {
  return Math.max(30 * minuteMs, 5 * gapMs);
}

function levelBefore({ readings, gapMs }: PlantView, wateredMs: number): number | null {
  return levelOf(
    valuesOf(readingsBetween(readings, wateredMs - beforeMs(gapMs), wateredMs - 1), "soilMoisture"),
  );
}

function levelAfter(view: PlantView, wateredMs: number, untilMs: number): number | null {
  const fromMs = Math.max(wateredMs + settledAfterMs, untilMs - levelMs(view.gapMs) + 1);
  return levelOf(valuesBetween(view, fromMs, untilMs));
}

function valuesBetween({ readings }: PlantView, fromMs: number, untilMs: number): number[] {
  return valuesOf(readingsBetween(readings, fromMs, untilMs), "soilMoisture");
}

function levelOf(values: readonly number[]): number | null {
  return values.length < 3 ? null : median(values);
}

function isStill({ readings, nowMs, settings }: PlantView, wateredMs: number): boolean {
  const values = valuesOf(readingsBetween(readings, wateredMs, nowMs), "soilMoisture");
  const level = median(values) ?? 0;
  const same = values.filter((value) => Math.abs(value - level) < settings.stuckRangePercent);
  return same.length > values.length / 2;
}
