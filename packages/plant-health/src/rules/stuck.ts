import { readingsBetween } from "../habits/usable-readings.js";
import { median, quantile } from "../statistics.js";
import {
  clear,
  minuteMs,
  type OpenAlert,
  type PlantView,
  roundTenth,
  unknown,
  type Verdict,
  valuesBefore,
} from "./plant-view.js";

const highestPercent = 100;

/**
 * The soil moisture does not change: neither drying nor noise. The temperature is no sign, because a sensor has a lowest
 * value. The extreme tenths are left out, because wild values come from a stuck sensor too.
 */
export function judgeStuck(view: PlantView, open: OpenAlert<"stuck"> | null): Verdict {
  const { nowMs, readings, settings } = view;
  const windowMs = stuckMs(view);
  const values = valuesBefore(view, "soilMoisture", nowMs, windowMs);
  const oldest = readingsBetween(readings, nowMs - windowMs + 1, nowMs)[0];
  // After a gap the readings are of a shorter time, in which little changes.
  if (values === null || oldest === undefined || nowMs - oldest.takenMs < 0.8 * windowMs) return unknown;
  const [low, high, level] = [quantile(values, 0.1), quantile(values, 0.9), median(values)];
  if (low === null || high === null || level === null) return unknown;
  if (high - low >= settings.stuckRangePercent) return clear;
  // Wet soil that drifts up ends at the highest value, which says nothing about the sensor.
  if (level >= highestPercent - settings.stuckRangePercent) return clear;
  const lastOther = readings.findLast(
    ({ soilMoisture }) => Math.abs(soilMoisture - level) >= settings.stuckRangePercent,
  );
  const since = readings.find(({ takenMs }) => takenMs > (lastOther?.takenMs ?? 0)) ?? oldest;
  const sinceMs = open?.detail.sinceMs ?? since.takenMs;
  return {
    kind: "fires",
    startedMs: sinceMs,
    detail: { rule: "stuck", soilMoisture: roundTenth(level), sinceMs },
  };
}

/** How long a value has to stay the same. */
export function stuckMs({ settings, gapMs }: Pick<PlantView, "settings" | "gapMs">): number {
  return Math.max(settings.stuckAfterMinutes * minuteMs, 8 * gapMs);
}
