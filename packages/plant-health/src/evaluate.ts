import type { Plant } from "@lmnh/plant-schema";
import { findWaterings, peakUntilMs, troughMs } from "./habits/find-waterings.js";
import { mergeWaterings, type PlantHabit } from "./habits/plant-habit.js";
import { reportedWatering, usableReadings } from "./habits/usable-readings.js";
import { type Alert, type AlertDetail, alertKey, type Transition } from "./model/alert.js";
import type { WateringProfile } from "./model/day-profile.js";
import type { HealthReading, NoticeRecord, RunRecord } from "./model/records.js";
import type { PlantRule, Rule } from "./model/rule.js";
import { judgeDrift } from "./rules/drift.js";
import type { HealthSettings } from "./rules/health-settings.js";
import { beforeMs, judgeNoEffect } from "./rules/no-effect.js";
import { judgeNotWatered } from "./rules/not-watered.js";
import { judgeOutage } from "./rules/outage.js";
import {
  hourMs,
  levelMs,
  minuteMs,
  type OpenAlert,
  type PlantView,
  silenceMs,
  type Verdict,
} from "./rules/plant-view.js";
import { judgeSilent } from "./rules/silent.js";
import { judgeStuck, stuckMs } from "./rules/stuck.js";
import { judgeTemperature, returnedForMs } from "./rules/temperature.js";
import { median } from "./statistics.js";

/** Everything that an evaluation knows; it reads nothing else. */
export interface EvaluateOptions {
  /** Every plant. */
  readonly plants: readonly Plant[];
  /** From `evaluationWindowMs` before now on. More are only used for plants without a habit. */
  readonly readings: readonly HealthReading[];
  /** Time of the newest reading of all; `null` if there is none. */
  readonly newestReadingMs: number | null;
  /** Notices since the day before. */
  readonly notices: readonly NoticeRecord[];
  /** Ended runs, from `runWindowMs` before now on. */
  readonly runs: readonly RunRecord[];
  /** What `learnHabits` makes of the profiles of the last 28 days. */
  readonly habits: ReadonlyMap<number, PlantHabit>;
  /** Alerts that fire, and those resolved within `reopenWithinMinutes`. */
  readonly alerts: readonly Alert[];
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The thresholds, complete, as `readHealthSettings` returns them. */
  readonly settings: HealthSettings;
}

/** The runs that an evaluation needs, before now. */
export const runWindowMs = 6 * hourMs;
/** Runs that are closer, as two processes pull, would make every window too short. */
const leastGapMs = 10_000;

/**
 * The readings that an evaluation needs, before now: 170 minutes with a pull every minute, more with a slower one.
 * Where no day is complete yet, 24 hours let the rule `temperature` judge from the third hour on.
 */
export function evaluationWindowMs({
  runs,
  nowMs,
  settings,
}: Pick<EvaluateOptions, "runs" | "nowMs" | "settings">): number {
  const gapMs = medianGapMs(runs, nowMs);
  const temperatureMs = Math.max(settings.temperatureAfterMinutes * minuteMs, returnedForMs);
  return Math.max(
    silenceMs(settings, gapMs) + gapMs,
    stuckMs({ settings, gapMs }) + gapMs,
    temperatureMs + levelMs(gapMs),
    settings.noEffectUntilMinutes * minuteMs + beforeMs(gapMs),
    troughMs + peakUntilMs + 5 * gapMs,
  );
}

/**
 * What changes: alerts that fire or end, by plant and rule. Pure: the order of the input does not matter, and no data
 * throws. Evaluating again after the transitions were applied, at the same time, gives none.
 *
 * @example
 * ```ts
 * import { evaluate, readHealthSettings } from "@lmnh/plant-health";
 *
 * const transitions = evaluate({
 *   plants,
 *   readings,
 *   newestReadingMs: Date.UTC(2026, 2, 1, 11, 59),
 *   notices: [],
 *   runs,
 *   habits: new Map(),
 *   alerts: [],
 *   nowMs: Date.UTC(2026, 2, 1, 12),
 *   settings: readHealthSettings({ silentAfterMinutes: 5 }),
 * });
 * ```
 */
export function evaluate(options: EvaluateOptions): Transition[] {
  const { nowMs, settings, alerts } = options;
  const book = alertBook(alerts, nowMs - settings.reopenWithinMinutes * minuteMs);
  const situation = situationOf(options, book);
  const { gapMs, views, away } = situation;
  const outage = judgeOutage(arrivalsOf(options, situation), book.open.has(alertKey(null, "outage")), {
    nowMs,
    silenceMs: silenceMs(settings, gapMs),
    outageShare: settings.outageShare,
  });
  const transitions = changesOf(
    book,
    null,
    "outage",
    outage ? { kind: "fires", ...outage } : { kind: "clear" },
  );
  for (const [plantId, view] of [...views].sort(([one], [other]) => one - other))
    transitions.push(...judgePlant(book, plantId, view, outage !== null));
  for (const alert of book.open.values())
    if (alert.plantId !== null && (away.has(alert.plantId) || !situation.plantIds.has(alert.plantId)))
      transitions.push({ kind: "resolve", alertId: alert.alertId, ending: "away" });
  return transitions;
}

function judgePlant(book: AlertBook, plantId: number, view: PlantView, isOutage: boolean): Transition[] {
  const openOf = <R extends PlantRule>(rule: R) =>
    (book.open.get(alertKey(plantId, rule)) ?? null) as OpenAlert<R> | null;
  const silent = judgeSilent(view, openOf("silent"));
  const stuck = judgeStuck(view, openOf("stuck"));
  const holds = (verdict: Verdict, rule: PlantRule) =>
    verdict.kind === "fires" || (verdict.kind === "unknown" && openOf(rule) !== null);
  // What is not known is not judged.
  const isMasked = holds(silent, "silent") || holds(stuck, "stuck");
  return [
    ...(isOutage && silent.kind === "fires" ? [] : changesOf(book, plantId, "silent", silent)),
    ...changesOf(book, plantId, "stuck", stuck),
    ...changesOf(book, plantId, "not-watered", judgeNotWatered(view, openOf("not-watered"))),
    ...(isMasked
      ? []
      : [
          ...changesOf(book, plantId, "no-effect", judgeNoEffect(view, openOf("no-effect"))),
          ...changesOf(book, plantId, "temperature", judgeTemperature(view, openOf("temperature"))),
          ...changesOf(book, plantId, "drift", judgeDrift(view, openOf("drift"))),
        ]),
  ];
}

/** The alerts by plant and rule. */
interface AlertBook {
  readonly open: ReadonlyMap<string, Alert>;
  /** Those resolved a short time ago. */
  readonly reopenable: ReadonlyMap<string, Alert>;
}

function alertBook(alerts: readonly Alert[], resolvedSinceMs: number): AlertBook {
  const open = new Map<string, Alert>();
  const reopenable = new Map<string, Alert>();
  const sorted = [...alerts].sort(
    (one, other) => one.firedMs - other.firedMs || (one.alertId < other.alertId ? -1 : 1),
  );
  for (const alert of sorted) {
    const key = alertKey(alert.plantId, alert.detail.rule);
    if (alert.resolvedMs === null) open.set(key, alert);
    else if (alert.resolvedMs >= resolvedSinceMs) reopenable.set(key, alert);
  }
  return { open, reopenable };
}

function changesOf(book: AlertBook, plantId: number | null, rule: Rule, verdict: Verdict): Transition[] {
  const key = alertKey(plantId, rule);
  const open = book.open.get(key);
  if (verdict.kind === "unknown") return [];
  if (verdict.kind === "clear")
    return open ? [{ kind: "resolve", alertId: open.alertId, ending: "over" }] : [];
  const { startedMs, detail } = verdict;
  if (open) return isNews(open.detail, detail) ? [{ kind: "update", alertId: open.alertId, detail }] : [];
  const earlier = book.reopenable.get(key);
  if (earlier) return [{ kind: "reopen", alertId: earlier.alertId, detail }];
  return [{ kind: "fire", plantId, startedMs, detail }];
}

/** A point of moisture or half a degree, that an alert is not written every minute; of the other facts, any change. */
const newsOf: Readonly<Record<string, number>> = {
  soilMoisture: 1,
  after: 1,
  temperature: 0.5,
  dryingPerHour: 0.5,
  newestReadingMs: 10 * minuteMs,
};

function isNews(known: AlertDetail, newer: AlertDetail): boolean {
  const before = known as Readonly<Record<string, unknown>>;
  return Object.entries(newer).some(([fact, value]) => {
    const least = newsOf[fact];
    const earlier = before[fact];
    if (least === undefined || typeof value !== "number" || typeof earlier !== "number")
      return value !== earlier;
    return Math.abs(value - earlier) >= least;
  });
}

interface Situation {
  readonly gapMs: number;
  readonly plantIds: ReadonlySet<number>;
  /** Plants on loan, or unknown to the API. */
  readonly away: ReadonlySet<number>;
  /** The plants from which readings are expected. */
  readonly views: ReadonlyMap<number, PlantView>;
}

function situationOf(options: EvaluateOptions, book: AlertBook): Situation {
  const { plants, notices, runs, habits, nowMs, settings } = options;
  const gapMs = medianGapMs(runs, nowMs);
  const readings = usableReadings(options.readings, nowMs);
  const away = new Set<number>();
  const views = new Map<number, PlantView>();
  const plantIds = new Set(plants.map(({ plantId }) => plantId));
  const healthyRunsMs = healthyRuns(runs, nowMs).map(({ startedMs }) => startedMs);
  const windowMs = evaluationWindowMs({ runs, nowMs, settings });
  const noticesOf = groupNotices(notices);
  const isMissing = ({ notFound, sensorFaultMs }: PlantNotices, newestMs: number) =>
    notFound !== null && notFound.lastMs > Math.max(newestMs, sensorFaultMs);
  // If the API does not know most of the plants that have just sent readings, its address is wrong, or it is broken.
  const lost = [...readings].filter(([plantId, all]) => {
    const notice = noticesOf.get(plantId);
    return notice !== undefined && isMissing(notice, all.at(-1)?.takenMs ?? Number.NEGATIVE_INFINITY);
  }).length;
  const knowsPlants = lost <= settings.outageShare * readings.size;
  const isAway = (notice: PlantNotices, newestMs: number) =>
    notice.onLoanMs > Math.max(newestMs, notice.sensorFaultMs) ||
    (knowsPlants &&
      isMissing(notice, newestMs) &&
      notice.notFound !== null &&
      notice.notFound.lastMs - Math.max(notice.notFound.firstMs, newestMs) >= silenceMs(settings, gapMs));
  for (const plantId of plantIds) {
    const all = readings.get(plantId) ?? [];
    const newestMs = all.at(-1)?.takenMs ?? Number.NEGATIVE_INFINITY;
    const notice = noticesOf.get(plantId);
    if (notice !== undefined && isAway(notice, newestMs)) {
      away.add(plantId);
      continue;
    }
    const habit = habits.get(plantId) ?? null;
    const silent = book.open.get(alertKey(plantId, "silent"));
    // A plant that was never requested is not silent.
    if (all.length === 0 && habit === null && silent === undefined && notice === undefined) continue;
    const sensorFaultMs = notice === undefined || notice.sensorFaultMs < 0 ? null : notice.sensorFaultMs;
    const lastWateredMs = lastWatering(all, habit);
    const base = { nowMs, gapMs, lastWateredMs, habit, healthyRunsMs, sensorFaultMs, settings };
    // With a habit, an older reading must not change the verdict.
    const isNeeded = ({ takenMs }: HealthReading) => habit === null || takenMs > nowMs - windowMs;
    const needed = all.filter(isNeeded);
    views.set(plantId, { ...base, readings: needed, waterings: knownWaterings(needed, habit, nowMs) });
  }
  return { gapMs, plantIds, away, views };
}

/** The waterings of the readings, of which a trough is known, and of the profiles. */
function knownWaterings(
  readings: readonly HealthReading[],
  habit: PlantHabit | null,
  nowMs: number,
): readonly WateringProfile[] {
  const remembered = habit?.waterings ?? [];
  const recent = findWaterings(readings, (readings[0]?.takenMs ?? nowMs) + troughMs, nowMs);
  return recent.length === 0 ? remembered : mergeWaterings([...remembered, ...recent]);
}

function lastWatering(readings: readonly HealthReading[], habit: PlantHabit | null): number | null {
  const newest = readings.findLast((reading) => reportedWatering(reading) !== null);
  return (newest && reportedWatering(newest)) ?? habit?.waterings.at(-1)?.atMs ?? null;
}

/** The newest notices of one plant. */
interface PlantNotices {
  onLoanMs: number;
  sensorFaultMs: number;
  /** From the first to the last response of the day. */
  notFound: Pick<NoticeRecord, "firstMs" | "lastMs"> | null;
}

function groupNotices(notices: readonly NoticeRecord[]): Map<number, PlantNotices> {
  const byPlant = new Map<number, PlantNotices>();
  for (const notice of notices) {
    const { plantId, kind, lastMs } = notice;
    if (Number.isNaN(lastMs)) continue;
    const latest = byPlant.get(plantId) ?? { onLoanMs: -1, sensorFaultMs: -1, notFound: null };
    if (kind === "sensor_fault") latest.sensorFaultMs = Math.max(latest.sensorFaultMs, lastMs);
    else if (kind === "on_loan") latest.onLoanMs = Math.max(latest.onLoanMs, lastMs);
    else if (latest.notFound === null || lastMs > latest.notFound.lastMs)
      // The day before ended a moment ago: the span goes on.
      latest.notFound = {
        firstMs: Math.min(notice.firstMs, latest.notFound?.firstMs ?? notice.firstMs),
        lastMs,
      };
    byPlant.set(plantId, latest);
  }
  return byPlant;
}

function arrivalsOf(
  { newestReadingMs, runs, nowMs, settings }: EvaluateOptions,
  { views, gapMs }: Situation,
) {
  const sinceMs = nowMs - silenceMs(settings, gapMs);
  const newest = [...views.values()].map(
    ({ readings }) => readings.at(-1)?.takenMs ?? Number.NEGATIVE_INFINITY,
  );
  const latest = [...newest, newestReadingMs ?? Number.NaN].filter(
    (ms) => ms <= nowMs && Number.isFinite(ms),
  );
  return {
    plants: views.size,
    silentPlants: newest.filter((ms) => ms <= sinceMs).length,
    newestReadingMs: latest.length === 0 ? null : latest.reduce((one, other) => Math.max(one, other)),
    recentRuns: runs.filter(({ startedMs }) => startedMs > sinceMs && startedMs <= nowMs).length,
  };
}

/** Runs in which most plants had a reading. */
function healthyRuns(runs: readonly RunRecord[], nowMs: number): RunRecord[] {
  return runs.filter(
    ({ complete, requested, loaded, startedMs }) =>
      complete &&
      loaded > 0 &&
      loaded * 2 >= requested &&
      startedMs > nowMs - runWindowMs &&
      startedMs <= nowMs,
  );
}

/**
 * The median time between two complete runs; between two of all runs if fewer than two are complete, and a minute if
 * there are fewer than two at all.
 */
function medianGapMs(runs: readonly RunRecord[], nowMs: number): number {
  const recent = runs.filter(({ startedMs }) => startedMs > nowMs - runWindowMs && startedMs <= nowMs);
  const gapMs = medianGapOf(healthyRuns(runs, nowMs)) ?? medianGapOf(recent) ?? minuteMs;
  return Math.max(gapMs, leastGapMs);
}

function medianGapOf(runs: readonly RunRecord[]): number | null {
  const starts = runs.map(({ startedMs }) => startedMs).sort((one, other) => one - other);
  return median(starts.slice(1).map((startedMs, index) => startedMs - (starts[index] ?? startedMs)));
}
