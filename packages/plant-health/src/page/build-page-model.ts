import { type Plant, QualityFlag } from "@lmnh/plant-schema";
import { mergeWaterings, wateringHabit } from "../habits/plant-habit.js";
import { type UsualRange, usualBand } from "../habits/usual-band.js";
import type { Alert, AlertDetail } from "../model/alert.js";
import { type DayProfile, slotMs, slotsPerDay } from "../model/day-profile.js";
import type { HealthReading, NoticeRecord, RunRecord } from "../model/records.js";
import { ruleKinds } from "../model/rule.js";
import { levelMs } from "../rules/plant-view.js";
import { median } from "../statistics.js";
import { describeAlert } from "../words/describe-alert.js";
import { timeWords } from "../words/local-time.js";
import { plainLine, plainLineOrNull } from "../words/plain-line.js";
import { summarizeAlerts } from "../words/summarize-alerts.js";
import { type Grid, medianLine, oddSamples, type Sample } from "./median-line.js";
import type {
  AlertView,
  BandPoint,
  ContactView,
  DaySummary,
  EndedAlert,
  LineView,
  PageModel,
  PagePlant,
  PlantStatus,
} from "./page-model.js";

/** What the page is made of. */
export interface PageData {
  /** Every plant. */
  readonly plants: readonly Plant[];
  /** Of the last 24 hours, by plant and time; of more than `maxPlants` plants, those with an alert or found are enough. */
  readonly readings: readonly HealthReading[];
  /** Of all time; `null` if there is none. */
  readonly newestReadingMs: number | null;
  /** Of the last 24 hours. */
  readonly notices: readonly NoticeRecord[];
  /** Of the last 24 hours, the oldest first. */
  readonly runs: readonly RunRecord[];
  /** Of the last 28 days. */
  readonly profiles: readonly DayProfile[];
  /** Those that fire, and those that ended in the last 24 hours. */
  readonly alerts: readonly Alert[];
  /** Of the last 14 days, by plant and day; empty without an archive. */
  readonly history: readonly DaySummary[];
}

/** The instant and the words of a page. */
export interface PageOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** IANA name; `Europe/London` by default. */
  readonly timeZone?: string | undefined;
  /** `defaultTitle` by default. */
  readonly title?: string | undefined;
  /** A command that gets readings; shown while there are none. */
  readonly hint?: string | null | undefined;
  /** Text to find among more plants than a page shows; at most 100 characters are used. */
  readonly search?: string | null | undefined;
}

/** The time zone of the museum. */
export const defaultTimeZone = "Europe/London";
/** The name of the museum and of the house with its plants. */
export const defaultTitle = "Liverpool Natural History Museum · Conservatory";

/** More plants than this are not shown at once. */
export const maxPlants = 500;
/** Of those that a search finds, so many are shown. */
const maxFound = 50;
const maxOddReadings = 150;
const maxEnded = 10;
/** Neither °C nor percent; it would only spoil the scale and the width of a number. */
const absurd = 10_000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const stepMs = 5 * minuteMs;
const points = dayMs / stepMs + 1;

/**
 * What the page shows, from what was loaded. Every text of a stranger is one line, without control characters, and cut.
 *
 * @throws PlantHealthError `OPTION_INVALID` for an unknown time zone
 */
export function buildPageModel(data: PageData, options: PageOptions): PageModel {
  const { timeZone = defaultTimeZone, title = defaultTitle, hint = null, search = null } = options;
  const nowMs = Math.floor(options.nowMs / minuteMs) * minuteMs;
  const { plants, newestReadingMs, runs } = data;
  const times = timeWords(timeZone);
  const runIntervalMs = medianRunInterval(runs);
  const staleAfterMs = Math.max(5 * minuteMs, 5 * runIntervalMs);
  const state =
    newestReadingMs === null ? "empty" : nowMs - newestReadingMs > staleAfterMs ? "stale" : "current";
  const firing = data.alerts.filter(({ resolvedMs }) => resolvedMs === null);
  const outage = firing.find(({ detail }) => detail.rule === "outage");
  const context: Context = {
    nowMs,
    timeZone,
    runIntervalMs,
    staleAfterMs,
    isCurrent: state === "current",
    isLarge: plants.length > maxPlants,
    grid: { startMs: nowMs - dayMs, stepMs, points },
    readings: groupByPlant(data.readings),
    notices: groupByPlant(data.notices),
    profiles: groupByPlant(data.profiles),
    history: groupByPlant(data.history),
    alerts: groupByPlant(firing),
  };
  const outlines = plants.map((plant) => outlinePlant(plant, context));
  outlines.sort(byUrgency);
  const counts = { plants: plants.length, onLoan: 0, need: 0, sensor: 0, usual: 0, away: 0, unknown: 0 };
  for (const { status, absence } of outlines) {
    counts[status]++;
    if (status === "away" && absence === "on_loan") counts.onLoan++;
  }
  const { shown, found } = choosePlants(outlines, search);
  const views = shown.map((outline) => viewPlant(outline, context));
  const lastRun = runs.at(-1);
  return {
    title: plainLine(title, 120),
    nowMs,
    timeZone,
    state,
    hint,
    newestReadingMs,
    staleAfterMs,
    lastRun: lastRun ?? null,
    lastCompleteRunMs: runs.findLast(({ complete }) => complete)?.startedMs ?? null,
    verdict:
      newestReadingMs === null
        ? "No readings yet"
        : state === "stale"
          ? `Nothing has come in since ${times.since(newestReadingMs, nowMs)}`
          : summarizeAlerts(firing, plants.length),
    outage: outage === undefined ? null : viewAlert(outage, context),
    counts,
    learning: !views.some(
      ({ soilMoisture, temperature }) => soilMoisture.band.length + temperature.band.length > 0,
    ),
    grid: context.grid,
    plants: views,
    search: found,
    ended: endedAlerts(data.alerts, plants, context),
  };
}

interface Context {
  readonly nowMs: number;
  readonly timeZone: string;
  readonly runIntervalMs: number;
  readonly staleAfterMs: number;
  readonly isCurrent: boolean;
  /** Whether there are too many plants for one page, and readings of some alone. */
  readonly isLarge: boolean;
  readonly grid: Grid;
  readonly readings: ReadonlyMap<number | null, readonly HealthReading[]>;
  readonly notices: ReadonlyMap<number | null, readonly NoticeRecord[]>;
  readonly profiles: ReadonlyMap<number | null, readonly DayProfile[]>;
  readonly history: ReadonlyMap<number | null, readonly DaySummary[]>;
  readonly alerts: ReadonlyMap<number | null, readonly Alert[]>;
}

/** The median time between complete runs; a minute while it is not known. */
function medianRunInterval(runs: readonly RunRecord[]): number {
  const starts = runs.filter(({ complete }) => complete).map(({ startedMs }) => startedMs);
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? start));
  return gaps.length < 3 ? minuteMs : Math.max(minuteMs, median(gaps) ?? 0);
}

function groupByPlant<T extends { readonly plantId: number | null }>(
  all: readonly T[],
): Map<number | null, T[]> {
  const groups = new Map<number | null, T[]>();
  for (const one of all) {
    const group = groups.get(one.plantId);
    if (group === undefined) groups.set(one.plantId, [one]);
    else group.push(one);
  }
  return groups;
}

/** What decides about a plant's place on the page. */
interface Outline {
  readonly plant: Plant;
  readonly name: string;
  readonly status: PlantStatus;
  readonly absence: PagePlant["absence"];
  readonly alerts: readonly AlertView[];
  /** Those that the page uses, the oldest first. */
  readonly readings: readonly HealthReading[];
  readonly levels: Levels;
  readonly newestReadingMs: number | null;
}

/** The last values that are known, as medians; `null` without one. */
interface Levels {
  readonly soilMoisture: number | null;
  readonly temperature: number | null;
}

/** A reading of the last 24 hours whose time can be believed. A minute is the page's precision. */
function isOnPage({ takenMs, qualityFlag }: HealthReading, { nowMs, grid }: Context): boolean {
  return (
    takenMs >= grid.startMs && takenMs < nowMs + minuteMs && (qualityFlag & QualityFlag.futureTime) === 0
  );
}

function samplesOf(readings: readonly HealthReading[], measurement: keyof Levels): Sample[] {
  return readings
    .map((reading) => ({ atMs: reading.takenMs, value: reading[measurement] }))
    .filter(({ value }) => Math.abs(value) < absurd);
}

/** The median of the last max(15 minutes, 9c) up to the newest reading, as in the rules. */
function lastLevel(samples: readonly Sample[], { runIntervalMs }: Context): number | null {
  const windowMs = levelMs(runIntervalMs);
  const sinceMs = (samples.at(-1)?.atMs ?? 0) - windowMs;
  const values = samples.filter(({ atMs }) => atMs > sinceMs).map(({ value }) => value);
  return values.length < Math.max(3, (0.4 * windowMs) / runIntervalMs) ? null : median(values);
}

/** Facts that are as old as the last evaluation become those of the page, so that a card and its chart agree. */
function withLevels(detail: AlertDetail, { soilMoisture, temperature }: Levels): AlertDetail {
  if (detail.rule === "not-watered") return { ...detail, soilMoisture: soilMoisture ?? detail.soilMoisture };
  if (detail.rule === "no-effect") return { ...detail, after: soilMoisture ?? detail.after };
  // A plant that is on the way back keeps the value that it was reported with.
  if (detail.rule === "temperature" && temperature !== null) {
    const isSameSide = temperature > detail.base === detail.temperature > detail.base;
    return isSameSide ? { ...detail, temperature } : detail;
  }
  return detail;
}

function outlinePlant(plant: Plant, context: Context): Outline {
  const { plantId } = plant;
  const readings = (context.readings.get(plantId) ?? []).filter((reading) => isOnPage(reading, context));
  const newestReadingMs = readings.at(-1)?.takenMs ?? null;
  const levels: Levels = {
    soilMoisture: lastLevel(samplesOf(readings, "soilMoisture"), context),
    temperature: lastLevel(samplesOf(readings, "temperature"), context),
  };
  const alerts = (context.alerts.get(plantId) ?? [])
    .map((alert) => viewAlert({ ...alert, detail: withLevels(alert.detail, levels) }, context))
    .sort((one, other) => urgency(one) - urgency(other) || one.startedMs - other.startedMs);
  const absence = absenceOf(context.notices.get(plantId) ?? [], newestReadingMs, context);
  const name = nameOf(plant);
  return {
    plant,
    name,
    absence,
    alerts,
    readings,
    levels,
    newestReadingMs,
    status: statusOf(alerts, absence, newestReadingMs, context),
  };
}

function statusOf(
  alerts: readonly AlertView[],
  absence: PagePlant["absence"],
  newestReadingMs: number | null,
  { nowMs, staleAfterMs, isCurrent, isLarge }: Context,
): PlantStatus {
  if (alerts.some(({ kind }) => kind === "plant")) return "need";
  if (alerts.length > 0) return "sensor";
  if (absence !== null) return "away";
  if (newestReadingMs === null) return isLarge && isCurrent ? "usual" : "unknown";
  // A single plant without readings is the business of a rule, which knows whether runs were complete.
  return isCurrent && nowMs - newestReadingMs > Math.max(15 * minuteMs, 2 * staleAfterMs)
    ? "unknown"
    : "usual";
}

/** The newest notice that is newer than every reading, if runs still get it. */
function absenceOf(
  notices: readonly NoticeRecord[],
  newestReadingMs: number | null,
  { nowMs }: Context,
): PagePlant["absence"] {
  const newest = notices.reduce<NoticeRecord | null>(
    (last, notice) => (last === null || notice.lastMs > last.lastMs ? notice : last),
    null,
  );
  if (newest === null || newest.kind === "sensor_fault") return null;
  return newest.lastMs > Math.max(newestReadingMs ?? 0, nowMs - dayMs) ? newest.kind : null;
}

const kindOrder = { plant: 0, sensor: 1, system: 2 } as const;

/** What somebody has taken over is less urgent. */
function urgency({ kind, acknowledgedMs }: AlertView): number {
  return kindOrder[kind] * 2 + (acknowledgedMs === null ? 0 : 1);
}

const statusOrder: readonly PlantStatus[] = ["need", "sensor", "unknown", "usual", "away"];

function byUrgency(one: Outline, other: Outline): number {
  const [first] = one.alerts;
  const [second] = other.alerts;
  return (
    statusOrder.indexOf(one.status) - statusOrder.indexOf(other.status) ||
    (first && second ? urgency(first) - urgency(second) || first.startedMs - second.startedMs : 0) ||
    compareNames(one, other)
  );
}

const { compare } = new Intl.Collator("en", { sensitivity: "base", numeric: true });

function compareNames(one: Outline, other: Outline): number {
  return compare(one.name, other.name) || one.plant.plantId - other.plant.plantId;
}

/** All plants, or of too many those in need and those that the search finds. */
function choosePlants(
  outlines: readonly Outline[],
  search: string | null,
): { readonly shown: readonly Outline[]; readonly found: PageModel["search"] } {
  if (outlines.length <= maxPlants) return { shown: outlines, found: null };
  const text = plainLine(search ?? "", 100);
  const inNeed = outlines.filter(({ alerts }) => alerts.length > 0).slice(0, maxPlants);
  if (text === "") return { shown: inNeed, found: { text, found: 0 } };
  const found = outlines.filter(({ plant, name }) => isFound(plant, name, text));
  const isShown = new Set(found.slice(0, maxFound));
  for (const outline of inNeed.slice(0, maxPlants - isShown.size)) isShown.add(outline);
  return { shown: outlines.filter((outline) => isShown.has(outline)), found: { text, found: found.length } };
}

/** The plants that a page of more than `maxPlants` shows for a search beside those in need; at most 50. */
export function findPlants(plants: readonly Plant[], search: string): Plant[] {
  const text = plainLine(search, 100);
  if (text === "") return [];
  return plants.filter((plant) => isFound(plant, nameOf(plant), text)).slice(0, maxFound);
}

function isFound({ plantId, scientificName, botanist, origin }: Plant, name: string, text: string): boolean {
  const all = foldCase(
    [plantId, name, scientificName, botanist?.name, origin?.city.name, origin?.city.country.name].join(" "),
  );
  return foldCase(text)
    .split(" ")
    .every((word) => all.includes(word));
}

function nameOf({ name, plantId }: Pick<Plant, "name" | "plantId">): string {
  return plainLine(name ?? "", 80) || `Plant ${plantId}`;
}

/** Without accents, so that "siobhan" finds "Siobhán". */
function foldCase(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function viewAlert(alert: Alert, { nowMs, timeZone }: Pick<Context, "nowMs" | "timeZone">): AlertView {
  const { alertId, detail, startedMs, acknowledgedMs } = alert;
  return {
    alertId,
    rule: detail.rule,
    kind: ruleKinds[detail.rule],
    ...describeAlert(alert, { nowMs, timeZone }),
    startedMs,
    acknowledgedMs,
  };
}

function viewPlant(outline: Outline, context: Context): PagePlant {
  const { plant, name, status, absence, alerts, readings, levels, newestReadingMs } = outline;
  const { plantId } = plant;
  const { isCurrent, grid } = context;
  const profiles = context.profiles.get(plantId) ?? [];
  const band = usualBand(profiles, plantId);
  const isPresent = isCurrent && absence === null && status !== "unknown" && !hasSensorAlert(alerts);
  const line = (measurement: keyof Levels, limit: number) =>
    viewLine(
      samplesOf(readings, measurement),
      { level: levels[measurement], slots: band?.[measurement], limit, isPresent },
      context,
    );
  const { origin, botanist } = plant;
  return {
    plantId,
    name,
    scientificName: plainLineOrNull(plant.scientificName, 80),
    city: plainLineOrNull(origin?.city.name, 60),
    country: plainLineOrNull(origin?.city.country.name, 60),
    position: positionOf(origin),
    botanist: botanist === null ? null : viewContact(botanist),
    status,
    absence,
    alerts,
    soilMoisture: line("soilMoisture", 10),
    temperature: line("temperature", 4),
    newestReadingMs,
    ...wateringsOf(readings, profiles, grid.startMs),
    history: context.history.get(plantId)?.slice(-14) ?? [],
  };
}

/** Rules that say that a sensor's values are not the plant's. */
function hasSensorAlert(alerts: readonly AlertView[]): boolean {
  return alerts.some(({ rule }) => rule === "silent" || rule === "stuck");
}

interface LineOptions {
  readonly level: number | null;
  readonly slots: readonly (UsualRange | null)[] | undefined;
  /** How far from the line a reading is odd. */
  readonly limit: number;
  readonly isPresent: boolean;
}

function viewLine(
  samples: readonly Sample[],
  { level, slots, limit, isPresent }: LineOptions,
  { grid, runIntervalMs }: Context,
): LineView {
  const windowMs = levelMs(runIntervalMs);
  const medians = medianLine(samples, {
    ...grid,
    windowMs,
    expected: windowMs / runIntervalMs,
    maxGapMs: Math.max(stepMs, 1.5 * runIntervalMs),
  });
  return {
    medians,
    band: slots === undefined ? [] : bandPoints(slots, grid),
    odd: oddSamples(samples, medians, grid, limit).slice(-maxOddReadings),
    last: level ?? medians.findLast((value) => value !== null) ?? null,
    isPresent,
  };
}

/** The middles of the half hours from before the grid to after it. */
function bandPoints(
  slots: readonly (UsualRange | null)[],
  { startMs, stepMs: step, points: count }: Grid,
): BandPoint[] {
  const first = Math.floor(startMs / slotMs) - 1;
  const last = Math.floor((startMs + step * (count - 1)) / slotMs) + 1;
  const all: BandPoint[] = [];
  for (let slot = first; slot <= last; slot++) {
    const usual = slots[slot % slotsPerDay] ?? null;
    all.push({ atMs: (slot + 0.5) * slotMs, low: usual?.low ?? null, high: usual?.high ?? null });
  }
  return all.some(({ low }) => low !== null) ? all : [];
}

/** The page shows no limit. */
const noLimit = { firstLimitMs: 0, marginMs: 0 };

function wateringsOf(
  readings: readonly HealthReading[],
  profiles: readonly DayProfile[],
  startMs: number,
): Pick<PagePlant, "lastWateredMs" | "wateringsMs" | "usualIntervalMs"> {
  const all = new Set<number>();
  for (const { lastWateredMs, qualityFlag } of readings)
    if (lastWateredMs !== null && (qualityFlag & QualityFlag.wateringTime) === 0) all.add(lastWateredMs);
  const known = [...all].sort((one, other) => one - other);
  return {
    lastWateredMs: known.at(-1) ?? null,
    wateringsMs: known.filter((atMs) => atMs >= startMs).slice(-48),
    usualIntervalMs: wateringHabit(mergeWaterings(profiles.flatMap(({ waterings }) => waterings)), noLimit)
      .usualMs,
  };
}

function positionOf(origin: Plant["origin"]): PagePlant["position"] {
  if (origin === null || origin.latitude === null || origin.longitude === null) return null;
  const { latitude, longitude } = origin;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

function viewContact({ name, phone, email }: ContactView): ContactView {
  return { name: plainLine(name, 80), phone: plainLine(phone, 40), email: plainLine(email, 100) };
}

function endedAlerts(
  alerts: readonly Alert[],
  plants: readonly Plant[],
  { nowMs, timeZone }: Context,
): EndedAlert[] {
  const names = new Map(plants.map(({ plantId, name }) => [plantId, name]));
  return alerts
    .flatMap((alert): EndedAlert[] => {
      const { plantId, resolvedMs } = alert;
      if (resolvedMs === null || plantId === null || resolvedMs < nowMs - dayMs) return [];
      const { heading } = describeAlert({ ...alert, resolvedMs: null }, { nowMs, timeZone });
      const name = nameOf({ plantId, name: names.get(plantId) ?? null });
      return [{ plantId, name, heading, endedMs: resolvedMs }];
    })
    .sort((one, other) => other.endedMs - one.endedMs)
    .slice(0, maxEnded);
}
