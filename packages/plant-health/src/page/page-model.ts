import type { Rule } from "../model/rule.js";
import type { Grid, Sample } from "./median-line.js";

/** Everything that the page shows, as plain data. Times are milliseconds since the epoch. Texts are not escaped. */
export interface PageModel {
  /** Such as "Liverpool Natural History Museum · Conservatory". */
  readonly title: string;
  /** The instant that the page shows. */
  readonly nowMs: number;
  /** IANA name. */
  readonly timeZone: string;
  /**
   * - `empty`: there has never been a reading
   * - `stale`: the newest reading is older than `staleAfterMs`
   * - `current`: neither
   */
  readonly state: "empty" | "stale" | "current";
  /** A command that gets readings; shown while the page is empty. */
  readonly hint: string | null;
  /** Of all plants; `null` if there has never been one. */
  readonly newestReadingMs: number | null;
  /** Age from which the newest reading is old, milliseconds. */
  readonly staleAfterMs: number;
  /** The newest run, complete or not. */
  readonly lastRun: {
    /** When it started. */
    readonly startedMs: number;
    /** Number of plants requested. */
    readonly requested: number;
    /** Number of readings inserted. */
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
  readonly search: {
    /** What was looked for. */
    readonly text: string;
    /** Number of plants found, of which `plants` may have only some. */
    readonly found: number;
  } | null;
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

/** One plant as the page shows it. */
export interface PagePlant {
  /** Id of the plant in the museum's API. */
  readonly plantId: number;
  /** Its name, or words with its id if the API gives none. */
  readonly name: string;
  /** `null` if it is not known. */
  readonly scientificName: string | null;
  /** Where it is from; `null` if it is not known. */
  readonly city: string | null;
  /** As `city`. */
  readonly country: string | null;
  /** Where it is from; `null` if it is not known. */
  readonly position: {
    /** Degrees north, −90…90. */
    readonly latitude: number;
    /** Degrees east, −180…180. */
    readonly longitude: number;
  } | null;
  /** Who cares for it; `null` if that is not known. */
  readonly botanist: ContactView | null;
  /** How it is. */
  readonly status: PlantStatus;
  /** Why it is away; `null` if it is not. */
  readonly absence: "on_loan" | "not_found" | null;
  /** The most urgent first. */
  readonly alerts: readonly AlertView[];
  /** Percent, over the last 24 hours. */
  readonly soilMoisture: LineView;
  /** °C, over the last 24 hours. */
  readonly temperature: LineView;
  /** `null` if there is none in the last 24 hours. */
  readonly newestReadingMs: number | null;
  /** `null` if it is not known. */
  readonly lastWateredMs: number | null;
  /** Within the 24 hours. */
  readonly wateringsMs: readonly number[];
  /** The usual time between two waterings; `null` until three are known. */
  readonly usualIntervalMs: number | null;
  /** By day. */
  readonly history: readonly DaySummary[];
}

/** How to reach a botanist. */
export interface ContactView {
  /** As the API has it. */
  readonly name: string;
  /** As it is stored; empty if it is not known. */
  readonly phone: string;
  /** Address; it identifies the botanist. */
  readonly email: string;
}

/** An alert in words. */
export interface AlertView {
  /** As in `Alert`. */
  readonly alertId: string;
  /** The rule that fired. */
  readonly rule: Rule;
  /** Who has to act, as in `ruleKinds`. */
  readonly kind: "plant" | "sensor" | "system";
  /** Such as "Not watered". */
  readonly heading: string;
  /** The facts in one sentence. */
  readonly sentence: string;
  /** Since when the condition holds. */
  readonly startedMs: number;
  /** When somebody took it over; `null` if nobody did. */
  readonly acknowledgedMs: number | null;
}

/** An alert that ended a short time ago. */
export interface EndedAlert {
  /** Id of the plant in the museum's API. */
  readonly plantId: number;
  /** Name of the plant, as in `PagePlant`. */
  readonly name: string;
  /** Such as "Not watered". */
  readonly heading: string;
  /** When it was resolved. */
  readonly endedMs: number;
}

/** One measurement of one plant over the last 24 hours. */
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
  /** Where the point is on the time axis. */
  readonly atMs: number;
  /** The lower bound, in the unit of the line. */
  readonly low: number | null;
  /** The upper bound, in the unit of the line. */
  readonly high: number | null;
}

/** The statistics of one plant and UTC day, as the archive's daily summaries have them. */
export interface DaySummary {
  /** Id of the plant in the museum's API. */
  readonly plantId: number;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** °C. */
  readonly temperature: Quartiles;
  /** Percent. */
  readonly soilMoisture: Quartiles;
  /** Number of waterings on the day. */
  readonly timesWatered: number;
}

/** `null` without unflagged values. */
export interface Quartiles {
  /** The lower quartile. */
  readonly p25: number | null;
  /** Half of the values are below it. */
  readonly median: number | null;
  /** The upper quartile. */
  readonly p75: number | null;
}
