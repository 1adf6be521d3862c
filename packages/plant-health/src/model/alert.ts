import type { Rule } from "./rule.js";

/** An alert and its history. Times are milliseconds since the epoch. */
export interface Alert {
  /** Unique; made by the caller's `newId`. */
  readonly alertId: string;
  /** `null` for `outage`. */
  readonly plantId: number | null;
  /** The rule that fired, and its facts. */
  readonly detail: AlertDetail;
  /** Since when the condition holds, such as the time of the last reading. */
  readonly startedMs: number;
  /** When it fired; an alert that is reopened keeps it. */
  readonly firedMs: number;
  /** `null` while it fires. */
  readonly resolvedMs: number | null;
  /** How a resolved alert ended: the condition is `over`, or the plant is `away` and not judged. */
  readonly ending?: AlertEnding | undefined;
  /** When somebody took it over; `null` if nobody did. */
  readonly acknowledgedMs: number | null;
}

/** How an alert ended: the condition is `over`, or the plant is `away` and not judged. */
export type AlertEnding = "over" | "away";

/** The facts of an alert, by rule: when it fired, or the newest of an alert that still fires. */
export type AlertDetail =
  | {
      readonly rule: "silent";
      /** `null` if the plant had none in the last hours. */
      readonly lastReadingMs: number | null;
      /** Whether the API reports a fault of the sensor. */
      readonly sensorFault: boolean;
    }
  | {
      readonly rule: "stuck";
      /** Percent. */
      readonly soilMoisture: number;
      /** Since when it has this value. */
      readonly sinceMs: number;
    }
  | {
      readonly rule: "not-watered";
      /** When the plant was last watered. */
      readonly lastWateredMs: number;
      /** The time between two waterings after which the alert fires. */
      readonly limitMs: number;
      /** The usual time between two waterings; `null` if it is not known yet. */
      readonly usualMs: number | null;
      /** Percent; `null` if it is not known. */
      readonly soilMoisture: number | null;
      /** Percent an hour, positive while the soil dries; `null` if it is not known. */
      readonly dryingPerHour: number | null;
    }
  | {
      readonly rule: "no-effect";
      /** When the watering without effect was. */
      readonly wateredMs: number;
      /** Percent, before and after the watering. */
      readonly before: number;
      /** As `before`. */
      readonly after: number;
    }
  | {
      readonly rule: "temperature";
      /** °C: the median of the last minutes, and the usual value, which is frozen while the alert fires. */
      readonly temperature: number;
      /** As `temperature`: the usual value. */
      readonly base: number;
    }
  | {
      readonly rule: "drift";
      /** Which level has moved: the peak after a watering, or the trough before it. */
      readonly level: "peak" | "trough";
      /** Percent. */
      readonly soilMoisture: number;
      /** Percent: the usual level. */
      readonly usual: number;
    }
  | {
      readonly rule: "outage";
      /** Plants with a reading expected, and those without one. */
      readonly plants: number;
      /** As `plants`: those without one. */
      readonly silentPlants: number;
      /** Of all plants; `null` if there is no reading. */
      readonly newestReadingMs: number | null;
    };

/** The facts of an alert of one rule. */
export type DetailOf<R extends Rule> = Extract<AlertDetail, { readonly rule: R }>;

/** Key of an alert among the unresolved ones. */
export function alertKey(plantId: number | null, rule: Rule): string {
  return `${plantId ?? "-"}:${rule}`;
}

/**
 * What an evaluation changes.
 *
 * - `fire`: a new alert
 * - `reopen`: an alert that was resolved a short time ago fires again; nobody is notified again
 * - `update`: an alert that still fires has newer facts
 * - `resolve`: the condition has ended, or the plant is away
 */
export type Transition =
  | {
      readonly kind: "fire";
      /** `null` for `outage`. */
      readonly plantId: number | null;
      /** Since when the condition holds. */
      readonly startedMs: number;
      /** The rule that fires, and its facts. */
      readonly detail: AlertDetail;
    }
  | { readonly kind: "reopen" | "update"; readonly alertId: string; readonly detail: AlertDetail }
  | { readonly kind: "resolve"; readonly alertId: string; readonly ending: AlertEnding };
