import { type Clock, type Plant, randomId, systemClock } from "@lmnh/plant-schema";
import { evaluate, evaluationWindowMs, runWindowMs } from "./evaluate.js";
import { buildProfiles, profileWindow } from "./habits/build-profiles.js";
import { learnHabits } from "./habits/plant-habit.js";
import type { Alert, Transition } from "./model/alert.js";
import { type DeliveryReport, deliver } from "./notify/deliver.js";
import type { AlertStore, HabitStore, Notifier, PlantRecords } from "./ports.js";
import { type PartialHealthSettings, readHealthSettings } from "./rules/health-settings.js";

/** What a check reads, and where it keeps what it learns. */
export interface HealthStores {
  /** The readings, notices and runs that the pipeline has loaded. */
  readonly records: PlantRecords;
  /** The profiles of the last 28 days. */
  readonly habits: HabitStore;
  /** The alerts, and the outbox of their messages. */
  readonly alerts: AlertStore;
}

/** The stores, and the notifiers that get what a check finds. */
export interface CheckHealthOptions extends HealthStores {
  /** Whom the outbox is sent to; with none, events get no delivery. */
  readonly notifiers: readonly Notifier[];
  /** `systemClock` by default. */
  readonly clock?: Clock | undefined;
  /** Makes the ids of alerts. `randomId` by default. */
  readonly newId?: (() => string) | undefined;
  /** Thresholds that differ from `defaultHealthSettings`. */
  readonly settings?: PartialHealthSettings | undefined;
  /** IANA name, such as `Europe/London`. */
  readonly timeZone: string;
  /** URL of the page, for links in messages. */
  readonly pageUrl?: string | null | undefined;
  /** Evaluates, and neither stores nor sends anything. */
  readonly dryRun?: boolean | undefined;
  /** When it aborts, the check ends with its reason; what is stored stays. */
  readonly signal?: AbortSignal | undefined;
}

/** What one check found and did. */
export interface HealthReport {
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  /** Number of plants evaluated. */
  readonly plants: number;
  /** What this check changed, or would change. */
  readonly transitions: readonly Transition[];
  /** The alerts that fire after it; in a dry run, before it. */
  readonly alerts: readonly FiringAlert[];
  /** UTC days whose profiles were made. */
  readonly profiledDays: readonly string[];
  /** What was sent, and what failed; nothing in a dry run. */
  readonly delivery: DeliveryReport;
}

/** An alert that fires, with the name of its plant. */
export interface FiringAlert extends Alert {
  /** `null` for an outage, or a plant without a name. */
  readonly plantName: string | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Profiles are kept for 28 days. */
const keptDays = 28;
/** The database has the readings of about two days. */
const profiledDays = 2;
const remindAfterMs = 24 * hourMs;
/** Resolved alerts are kept for 90 days. */
const keptAlertsMs = 90 * dayMs;

/**
 * One check of all plants: makes the profiles of days that have ended, evaluates the rules, stores what changed, and sends
 * what is due. Each step can be repeated, so that two checks at once, or a check after a killed one, lose and repeat
 * nothing but a message with the same key.
 *
 * @throws PlantHealthError `OPTION_INVALID`; the errors of the stores; the signal's reason
 *
 * @example
 * ```ts
 * import { checkHealth, logNotifier, sqlAlertStore, sqlHabitStore, sqlPlantRecords } from "@lmnh/plant-health";
 *
 * const report = await checkHealth({
 *   records: sqlPlantRecords(database),
 *   habits: sqlHabitStore(database),
 *   alerts: sqlAlertStore(database),
 *   notifiers: [logNotifier((line) => console.log(line))],
 *   timeZone: "Europe/London",
 * });
 * console.log(`${report.alerts.length} alerts fire`);
 * ```
 */
export async function checkHealth(options: CheckHealthOptions): Promise<HealthReport> {
  const {
    records,
    habits,
    alerts: store,
    notifiers,
    clock = systemClock,
    newId = randomId,
    dryRun = false,
    signal,
  } = options;
  const settings = readHealthSettings(options.settings);
  const nowMs = clock.now();
  const reopenMs = settings.reopenWithinMinutes * 60_000;
  const firstDay = dayBefore(nowMs, keptDays);
  const known = await habits.profiles(firstDay);
  const added = await profileEndedDays(records, known, nowMs);
  if (!dryRun && added.profiles.length > 0) {
    // Once a day.
    await habits.saveProfiles(added.profiles, firstDay);
    await store.deleteResolved(nowMs - keptAlertsMs);
  }
  signal?.throwIfAborted();
  const profiles = [...known, ...added.profiles];
  const runs = await records.runs(nowMs - runWindowMs);
  // Without a profile, the usual temperature is that of a day.
  const windowMs = profiles.length > 0 ? evaluationWindowMs({ runs, nowMs, settings }) : dayMs;
  const plants = await records.plants();
  const transitions = evaluate({
    plants,
    readings: await records.readings(nowMs - windowMs, nowMs + 1),
    newestReadingMs: await records.newestReading(),
    notices: await records.notices(nowMs - dayMs),
    runs,
    habits: learnHabits(profiles),
    alerts: await store.alerts(nowMs - reopenMs),
    nowMs,
    settings,
  });
  signal?.throwIfAborted();
  if (!dryRun) {
    if (transitions.length > 0)
      await store.apply(transitions, { atMs: nowMs, receivers: notifiers, resolvedDelayMs: reopenMs, newId });
    await store.remind(nowMs - remindAfterMs, { atMs: nowMs, receivers: notifiers });
  }
  const names = new Map(plants.map(({ plantId, name }) => [plantId, name]));
  const firing = (await store.alerts(nowMs)).filter(({ resolvedMs }) => resolvedMs === null);
  return {
    checkedAt: new Date(nowMs).toISOString(),
    plants: plants.length,
    transitions,
    alerts: firing.map((alert) => ({ ...alert, plantName: names.get(alert.plantId ?? Number.NaN) ?? null })),
    profiledDays: added.days,
    delivery: dryRun ? { delivered: 0, failed: [] } : await deliverDue(options, plants),
  };
}

async function deliverDue(options: CheckHealthOptions, plants: readonly Plant[]): Promise<DeliveryReport> {
  const { alerts, notifiers, clock = systemClock, timeZone, pageUrl, signal } = options;
  return await deliver({ alerts, plants, notifiers, clock, timeZone, pageUrl, signal });
}

/** The profiles of the last days that have ended and have none. A day without readings is tried again until it is too old. */
async function profileEndedDays(
  records: PlantRecords,
  known: Awaited<ReturnType<HabitStore["profiles"]>>,
  nowMs: number,
) {
  const knownDays = new Set(known.map(({ day }) => day));
  const ended = Array.from({ length: profiledDays }, (_, index) => dayBefore(nowMs, profiledDays - index));
  const missing = ended.filter((day) => !knownDays.has(day) && profileWindow(day).untilMs <= nowMs);
  const profiles = [];
  for (const day of missing) {
    const { sinceMs, untilMs } = profileWindow(day);
    profiles.push(...buildProfiles(await records.readings(sinceMs, untilMs), day));
  }
  return { profiles, days: [...new Set(profiles.map(({ day }) => day))] };
}

function dayBefore(nowMs: number, days: number): string {
  return new Date(nowMs - days * dayMs).toISOString().slice(0, 10);
}
