import type { WateringProfile } from "../model/day-profile.js";
import { slotMs, slotsPerDay } from "../model/day-profile.js";
import { median, medianDeviation } from "../statistics.js";
import {
  clear,
  hourMs,
  type OpenAlert,
  type PlantView,
  roundTenth,
  unknown,
  type Verdict,
} from "./plant-view.js";

const referenceCount = 7;
const leastReference = 3;
const leastIntervalMs = 2 * hourMs;
/** After this time the new level is the usual one. */
const relearnMs = 7 * slotsPerDay * slotMs;

/** The levels around one watering, as if it had come after the usual interval. */
interface Levels {
  readonly atMs: number;
  readonly peak: number;
  readonly trough: number;
}

type Level = "peak" | "trough";

/** The soil moisture around two waterings in a row is off its usual level: the sensor, or the soil, has changed. */
export function judgeDrift(view: PlantView, open: OpenAlert<"drift"> | null): Verdict {
  const { nowMs, lastWateredMs, settings } = view;
  const all = levelsOf(view.waterings, settings.wateringRisePercent);
  const [first, second] = all.slice(-2);
  // Between a watering and its peak, and after a watering without readings, nothing is new.
  if (first === undefined || second === undefined || second.atMs !== lastWateredMs) return unknown;
  const isFrozen = open !== null && nowMs - open.firedMs < relearnMs;
  const referenceUntilMs = isFrozen ? open.startedMs : first.atMs;
  const reference = all.filter(({ atMs }) => atMs < referenceUntilMs).slice(-referenceCount);
  const deviationOf = (level: Level, levels: Levels): number | null => {
    const values = reference.map((other) => other[level]);
    const usual = values.length < leastReference ? null : median(values);
    const spread = medianDeviation(values);
    if (usual === null || spread === null) return null;
    const deviation = levels[level] - usual;
    return Math.abs(deviation) > Math.max(settings.driftPercent, 4 * spread) ? deviation : 0;
  };
  const firesOf = (level: Level): Verdict => ({
    kind: "fires",
    startedMs: open?.startedMs ?? first.atMs,
    detail: {
      rule: "drift",
      level,
      soilMoisture: roundTenth(second[level]),
      usual: roundTenth(median(reference.map((other) => other[level])) ?? second[level]),
    },
  });
  if (open !== null) {
    const { level } = open.detail;
    const [one, two] = [deviationOf(level, first), deviationOf(level, second)];
    if (one === null || two === null) return unknown;
    return one === 0 && two === 0 ? clear : firesOf(level);
  }
  for (const level of ["peak", "trough"] as const) {
    const [one, two] = [deviationOf(level, first), deviationOf(level, second)];
    if (one === null || two === null) return unknown;
    if (one * two > 0) return firesOf(level);
  }
  return clear;
}

/** Waterings that had an effect and whose levels are known. */
function levelsOf(waterings: readonly WateringProfile[], leastRise: number): Levels[] {
  const complete = waterings.filter(
    ({ peak, trough, intervalMs }) =>
      peak !== null &&
      trough !== null &&
      peak - trough >= leastRise &&
      intervalMs !== null &&
      intervalMs >= leastIntervalMs,
  ) as (WateringProfile & { readonly peak: number; readonly trough: number; readonly intervalMs: number })[];
  const usualPeak = median(complete.map(({ peak }) => peak));
  const usualMs = median(complete.map(({ intervalMs }) => intervalMs));
  if (usualPeak === null || usualMs === null) return [];
  return complete.map(({ atMs, peak, trough, intervalMs }) => {
    const dryingPerMs = (usualPeak - trough) / intervalMs;
    return { atMs, peak, trough: trough - dryingPerMs * (usualMs - intervalMs) };
  });
}
