import type { Plant } from "@lmnh/plant-schema";
import {
  type Alert,
  buildProfiles,
  type EvaluateOptions,
  evaluate,
  type HealthReading,
  type HealthSettings,
  learnHabits,
  type NoticeRecord,
  type RunRecord,
  readHealthSettings,
  runWindowMs,
  type Transition,
} from "../../src/index.js";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** A midnight, UTC. */
export const dayOne = Date.UTC(2026, 0, 20);

export interface GreenhouseOptions {
  readonly plantIds?: readonly number[];
  readonly pullEveryMinutes?: number;
  /** From `dayOne` on. Profiles exist of each day that is over. */
  readonly days?: number;
  readonly settings?: Partial<HealthSettings>;
  /** `null` if the plant sends nothing. */
  readonly change?: (reading: HealthReading) => HealthReading | null;
  readonly changeRun?: (run: RunRecord) => RunRecord | null;
  readonly notices?: readonly NoticeRecord[];
}

/** Plants that are watered each day at 14:00, dry by 3.4 points an hour, and are at 12 °C. */
export function greenhouse({
  plantIds = [1, 2, 3],
  pullEveryMinutes = 1,
  days = 6,
  settings,
  change = (reading) => reading,
  changeRun = (run) => run,
  notices = [],
}: GreenhouseOptions = {}) {
  const starts = Array.from(
    { length: (days * 1440) / pullEveryMinutes },
    (_, n) => dayOne + n * pullEveryMinutes * minuteMs,
  );
  const readings = starts.flatMap((startMs) =>
    plantIds
      .map((plantId) => change(usualReading(plantId, startMs + 5_000 + plantId * 100)))
      .filter((reading) => reading !== null),
  );
  const runs = starts
    .map((startedMs) =>
      changeRun({ startedMs, complete: true, requested: plantIds.length, loaded: plantIds.length }),
    )
    .filter((run) => run !== null);
  const profiles = Array.from({ length: days }, (_, n) =>
    buildProfiles(readings, new Date(dayOne + n * dayMs).toISOString().slice(0, 10)),
  ).flat();
  const book = new Map<string, Alert>();
  let learned = { days: -1, habits: learnHabits([]) };
  const habitsAt = (nowMs: number) => {
    const known = profiles.filter(({ day }) => Date.parse(day) + dayMs + hourMs <= nowMs);
    if (known.length !== learned.days) learned = { days: known.length, habits: learnHabits(known) };
    return learned.habits;
  };
  const optionsAt = (nowMs: number): EvaluateOptions => ({
    plants: plantIds.map(plantOf),
    readings: readings.filter(({ takenMs }) => takenMs > nowMs - 4 * hourMs && takenMs <= nowMs),
    newestReadingMs: readings.findLast(({ takenMs }) => takenMs <= nowMs)?.takenMs ?? null,
    notices: notices.filter(({ firstMs }) => firstMs <= nowMs),
    runs: runs.filter(({ startedMs }) => startedMs > nowMs - runWindowMs && startedMs <= nowMs),
    habits: habitsAt(nowMs),
    alerts: [...book.values()],
    nowMs,
    settings: readHealthSettings(settings),
  });
  /** Evaluates, and applies the transitions as a store does. */
  const tick = (nowMs: number): Transition[] => {
    const transitions = evaluate(optionsAt(nowMs));
    for (const transition of transitions) applyTransition(book, transition, nowMs);
    return transitions;
  };
  return {
    optionsAt,
    tick,
    book,
    profiles,
    /** Evaluates every minute or so. Transitions other than updates, as `minute kind plant:rule`. */
    watch: (fromMs: number, toMs: number, everyMinutes = 1): string[] => {
      const log: string[] = [];
      for (let nowMs = fromMs; nowMs <= toMs; nowMs += everyMinutes * minuteMs)
        for (const transition of tick(nowMs)) {
          if (transition.kind === "update") continue;
          const key = transition.kind === "fire" ? keyOf(transition) : transition.alertId.replace(/@.*/, "");
          log.push(`${(nowMs - fromMs) / minuteMs} ${transition.kind} ${key}`);
        }
      return log;
    },
  };
}

function applyTransition(book: Map<string, Alert>, transition: Transition, nowMs: number): void {
  if (transition.kind === "fire") {
    const { plantId, startedMs, detail } = transition;
    const alertId = `${keyOf(transition)}@${nowMs}`;
    book.set(alertId, {
      alertId,
      plantId,
      detail,
      startedMs,
      firedMs: nowMs,
      resolvedMs: null,
      acknowledgedMs: null,
    });
    return;
  }
  const alert = book.get(transition.alertId);
  if (alert === undefined) throw new Error(`no alert ${transition.alertId}`);
  if (transition.kind === "resolve")
    book.set(alert.alertId, { ...alert, resolvedMs: nowMs, ending: transition.ending });
  else book.set(alert.alertId, { ...alert, detail: transition.detail, resolvedMs: null, ending: undefined });
}

function keyOf({ plantId, detail }: Extract<Transition, { kind: "fire" }>): string {
  return `${plantId ?? "-"}:${detail.rule}`;
}

function usualReading(plantId: number, takenMs: number): HealthReading {
  const lastWateredMs = Math.floor((takenMs - 14 * hourMs) / dayMs) * dayMs + 14 * hourMs;
  return {
    plantId,
    takenMs,
    // A noise that is never the same twice in a row.
    temperature: 12 + 0.2 * Math.sin(takenMs / 7_777),
    soilMoisture:
      100 - (3.4 * (takenMs - lastWateredMs)) / hourMs - 0.3 * Math.abs(Math.sin(takenMs / 5_555)),
    lastWateredMs,
    qualityFlag: 0,
  };
}

function plantOf(plantId: number): Plant {
  return {
    plantId,
    name: `Fern ${plantId}`,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: null,
    origin: null,
    observedAt: new Date(dayOne).toISOString(),
  };
}
