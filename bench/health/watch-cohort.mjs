import {
  evaluate,
  evaluationWindowMs,
  learnHabits,
  readHealthSettings,
  runWindowMs,
} from "@lmnh/plant-health";
import { hourMs, minuteMs } from "./times.mjs";

const settings = readHealthSettings();

/**
 * Evaluates the rules at each step of the cohort's days, as `plant alert --watch` does, and keeps the alerts.
 *
 * @returns the alerts that fired: `{ plantId, rule, firedMs }`
 */
export function watchCohort({ plants, profiles, runs, startMs, untilMs }, stepMinutes) {
  const open = new Map();
  const fired = [];
  let resolved = [];
  let habits = new Map();
  let learnedDays = -1;
  const cursors = plants.map(({ readings }) => ({ readings, low: 0, high: 0 }));
  let runLow = 0;
  let runHigh = 0;
  // The pull has ended 25 s after it began.
  for (let nowMs = startMs + 25_000; nowMs < untilMs; nowMs += stepMinutes * minuteMs) {
    const finished = profiles.filter(({ knownMs }) => knownMs <= nowMs);
    if (finished.length !== learnedDays) {
      habits = learnHabits(finished.flatMap((day) => day.profiles));
      learnedDays = finished.length;
    }
    while (runHigh < runs.length && runs[runHigh].startedMs <= nowMs) runHigh += 1;
    while (runLow < runHigh && runs[runLow].startedMs <= nowMs - runWindowMs) runLow += 1;
    const recentRuns = runs.slice(runLow, runHigh);
    const sinceMs = nowMs - evaluationWindowMs({ runs: recentRuns, nowMs, settings });
    const readings = [];
    let newestReadingMs = null;
    for (const cursor of cursors) {
      const all = cursor.readings;
      while (cursor.high < all.length && all[cursor.high].takenMs <= nowMs) cursor.high += 1;
      while (cursor.low < cursor.high && all[cursor.low].takenMs <= sinceMs) cursor.low += 1;
      for (let index = cursor.low; index < cursor.high; index += 1) readings.push(all[index]);
      if (cursor.high > 0) newestReadingMs = Math.max(newestReadingMs ?? 0, all[cursor.high - 1].takenMs);
    }
    resolved = resolved.filter(({ resolvedMs }) => resolvedMs >= nowMs - hourMs);
    const transitions = evaluate({
      plants,
      readings,
      newestReadingMs,
      notices: [],
      runs: recentRuns,
      habits,
      alerts: [...open.values(), ...resolved],
      nowMs,
      settings,
    });
    for (const transition of transitions)
      if (transition.kind === "fire") {
        const { plantId, startedMs, detail } = transition;
        const alertId = `${plantId}:${detail.rule}:${nowMs}`;
        open.set(alertId, {
          alertId,
          plantId,
          detail,
          startedMs,
          firedMs: nowMs,
          resolvedMs: null,
          acknowledgedMs: null,
        });
        fired.push({ plantId, rule: detail.rule, firedMs: nowMs, detail });
      } else {
        const alert =
          open.get(transition.alertId) ?? resolved.find(({ alertId }) => alertId === transition.alertId);
        if (transition.kind === "resolve") {
          open.delete(alert.alertId);
          resolved.push({ ...alert, resolvedMs: nowMs });
        } else {
          resolved = resolved.filter(({ alertId }) => alertId !== alert.alertId);
          open.set(alert.alertId, { ...alert, detail: transition.detail, resolvedMs: null });
        }
      }
  }
  return fired;
}
