import type { Rule } from "../model/rule.js";
import type { Grid, Sample } from "./median-line.js";

/** Everything that the page shows, as plain data. Times are milliseconds since the epoch. Texts are not escaped. */
export interface PageModel {
  /** Such as "Liverpool Natural History Museum · Conservatory". */
  readonly title: string;
  readonly nowMs: number;
  readonly timeZone: string;
  /**
   * - `empty`: there has never been a reading
   * - `stale`: the newest reading is older than `staleAfterMs`
   * - `current`: neither
   */
  readonly state: "empty" | "stale" | "current";
  /** A command that gets readings; shown while the page is empty. */
  readonly hint: string | null;
  readonly newestReadingMs: number | null;
  readonly staleAfterMs: number;
  /** The newest run, complete or not. */
  readonly lastRun: {
    readonly startedMs: number;
    readonly requested: number;
    readonly loaded: number;
  } | null;
  /** When the newest complete run started; `null` if none did. */
  readonly lastCompleteRunMs: number | null;
  /** The page's heading. */
  readonly verdict: string;
  /** The alert about all plants, if one fires. */
  readonly outage: AlertView | null;
  /** Of all plants; those on loan are among those that are away. */
  readonly counts: Readonly<Record<PlantStatus | "plants" | "onLoan", number>>;
  /** Whether no plant has a usual band yet. */
  readonly learning: boolean;
  /** The time axis of every line. */
  readonly grid: Grid;
  /** Those that are shown, the most urgent first, then by name: all, or of many those in need and those found. */
  readonly plants: readonly PagePlant[];
  /** The search by which `plants` was chosen; `null` if they are all. */
  readonly search: { readonly text: string; readonly found: number } | null;
  /** Alerts that ended in the last 24 hours, the newest first. */
  readonly ended: readonly EndedAlert[];
}

/**
 * - `need`: an alert about the plant fires
 * - `sensor`: only alerts about its sensor fire
 * - `usual`: none fires, and readings arrive
 * - `away`: the museum's system reports that it is on loan, or not there
 * - `unknown`: no alert fires, and there is no recent reading
 */
export type PlantStatus = "need" | "sensor" | "usual" | "away" | "unknown";

export interface PagePlant {
  readonly plantId: number;
  readonly name: string;
  readonly scientificName: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly position: { readonly latitude: number; readonly longitude: number } | null;
  readonly botanist: ContactView | null;
  readonly status: PlantStatus;
  /** Why it is away; `null` if it is not. */
  readonly absence: "on_loan" | "not_found" | null;
  /** The most urgent first. */
  readonly alerts: readonly AlertView[];
  readonly soilMoisture: LineView;
  readonly temperature: LineView;
  readonly newestReadingMs: number | null;
  readonly lastWateredMs: number | null;
  /** Within the 24 hours. */
  readonly wateringsMs: readonly number[];
  /** The usual time between two waterings; `null` until three are known. */
  readonly usualIntervalMs: number | null;
  /** By day. */
  readonly history: readonly DaySummary[];
}

export interface ContactView {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
}

export interface AlertView {
  readonly alertId: string;
  readonly rule: Rule;
  readonly kind: "plant" | "sensor" | "system";
  readonly heading: string;
  readonly sentence: string;
  readonly startedMs: number;
  readonly acknowledgedMs: number | null;
}

export interface EndedAlert {
  readonly plantId: number;
  readonly name: string;
  readonly heading: string;
  readonly endedMs: number;
}

export interface LineView {
  /** A median at each point of the page's grid. */
  readonly medians: readonly (number | null)[];
  /** The usual band over the same time; `null` while it is not known. */
  readonly band: readonly BandPoint[];
  /** Readings that are not believed, at most `maxOddReadings`. */
  readonly odd: readonly Sample[];
  /** The median of the last max(15 minutes, 9c), or the newest of `medians`; `null` if there is none. */
  readonly last: number | null;
  /** Whether `last` is the plant's present value, because readings arrive and are believed. */
  readonly isPresent: boolean;
}

/** A point of the usual band; `low` and `high` are `null` where it is not known. */
export interface BandPoint {
  readonly atMs: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The statistics of one plant and UTC day, as the archive's daily summaries have them. */
export interface DaySummary {
  readonly plantId: number;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly temperature: Quartiles;
  readonly soilMoisture: Quartiles;
  readonly timesWatered: number;
}

/** `null` without unflagged values. */
export interface Quartiles {
  readonly p25: number | null;
  readonly median: number | null;
  readonly p75: number | null;
}
