import { type WateringHabit, wateringHabit } from "../habits/plant-habit.js";
import {
  clear,
  hourMs,
  isHeard,
  levelAt,
  levelMs,
  minuteMs,
  type OpenAlert,
  type PlantView,
  roundTenth,
  unknown,
  type Verdict,
} from "./plant-view.js";

/** A record that is corrected at once is no watering. */
const confirmedAfterMs = 5 * minuteMs;
const dryingMs = 90 * minuteMs;

/** The last watering is longer ago than is usual for the plant. */
export function judgeNotWatered(view: PlantView, open: OpenAlert<"not-watered"> | null): Verdict {
  const { nowMs, lastWateredMs } = view;
  // A silent plant may have been watered since its last reading.
  if (lastWateredMs === null || !isHeard(view)) return unknown;
  const { usualMs, limitMs } = knownHabit(view, lastWateredMs);
  // A limit that has become longer meanwhile is no watering.
  const isUnwatered = open !== null && lastWateredMs <= open.detail.lastWateredMs;
  if (nowMs - lastWateredMs <= limitMs && !isUnwatered)
    return open !== null && nowMs - lastWateredMs < confirmedAfterMs ? unknown : clear;
  const soilMoisture = levelAt(view, "soilMoisture", nowMs);
  const earlier = levelAt(view, "soilMoisture", nowMs - dryingMs);
  const isDrying =
    soilMoisture !== null && earlier !== null && nowMs - dryingMs - levelMs(view.gapMs) > lastWateredMs;
  return {
    kind: "fires",
    startedMs: lastWateredMs + limitMs,
    detail: {
      rule: "not-watered",
      lastWateredMs,
      limitMs,
      usualMs,
      soilMoisture: soilMoisture && roundTenth(soilMoisture),
      dryingPerHour: isDrying ? roundTenth(((earlier - soilMoisture) * hourMs) / dryingMs) : null,
    },
  };
}

function knownHabit(view: PlantView, lastWateredMs: number): WateringHabit {
  const { firstWateringLimitHours, wateringMarginHours } = view.settings;
  return wateringHabit(view.waterings, {
    lastWateredMs,
    firstLimitMs: firstWateringLimitHours * hourMs,
    marginMs: wateringMarginHours * hourMs,
  });
}
