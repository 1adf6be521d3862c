import type { Plant } from "@lmnh/plant-schema";
import type { Alert, Transition } from "./model/alert.js";
import type { DayProfile } from "./model/day-profile.js";
import type { HealthReading, NoticeRecord, RunRecord } from "./model/records.js";

/** What the pipeline has loaded. Times are milliseconds since the epoch. */
export interface PlantRecords {
  /** Every plant, by id. */
  plants(): Promise<readonly Plant[]>;
  /** Readings taken from `sinceMs`, inclusive, to `untilMs`, exclusive, by plant and time. */
  readings(sinceMs: number, untilMs: number): Promise<readonly HealthReading[]>;
  /** Notices whose last response is not before `sinceMs`. */
  notices(sinceMs: number): Promise<readonly NoticeRecord[]>;
  /** Ended runs that started at or after `sinceMs`, the oldest first. */
  runs(sinceMs: number): Promise<readonly RunRecord[]>;
  /** Time of the newest reading that is not flagged as in the future; `null` if there is none. */
  newestReading(): Promise<number | null>;
}

/** What is known of each plant's usual days. */
export interface HabitStore {
  /** Profiles of the days from `sinceDay` on (`YYYY-MM-DD`, UTC), by plant and day. */
  profiles(sinceDay: string): Promise<readonly DayProfile[]>;
  /** Replaces the profiles of these plants and days, and deletes those of days before `keepFromDay`. */
  saveProfiles(profiles: readonly DayProfile[], keepFromDay: string): Promise<void>;
}

/** The alerts and the outbox of their messages. Changes are transactions: nothing is half done after a crash. */
export interface AlertStore {
  /** Alerts that fire, and those resolved at or after `resolvedSinceMs`; by `firedMs` and id. */
  alerts(resolvedSinceMs: number): Promise<readonly Alert[]>;
  /**
   * Applies the transitions, and adds a delivery for each event and notifier to the outbox, in one transaction. A
   * `fire` for a plant and rule that fires already, and a `resolve` of a resolved alert, change nothing, so that two
   * evaluations at once have the effect of one.
   */
  apply(transitions: readonly Transition[], options: ApplyOptions): Promise<void>;
  /** Marks an alert that fires; `false` if there is none with this id. A second time changes nothing. */
  acknowledge(alertId: string, atMs: number): Promise<boolean>;
  /** Adds a reminder for each unacknowledged alert that fired at or before `firedUntilMs` and has none yet. */
  remind(firedUntilMs: number, options: Pick<ApplyOptions, "atMs" | "notifiers">): Promise<void>;
  /** Deliveries that are due, the oldest first, at most `limit`. */
  due(atMs: number, limit: number): Promise<readonly Delivery[]>;
  markDelivered(deliveryIds: readonly number[], atMs: number): Promise<void>;
  /** Counts the attempt; the delivery is due again at `retryAtMs`, or never again if that is `null`. */
  markFailed(deliveryIds: readonly number[], reason: string, retryAtMs: number | null): Promise<void>;
  /** When a delivery last succeeded, and by which notifier; `null` if none has. */
  lastDelivery(): Promise<{ readonly atMs: number; readonly notifier: string } | null>;
}

export interface ApplyOptions {
  readonly atMs: number;
  /** Names of the notifiers that get a delivery of each event. */
  readonly notifiers: readonly string[];
  readonly newId: () => string;
}

/** What is told about an alert. */
export type AlertEvent = "fired" | "resolved" | "reminded";

/** One event that one notifier has to deliver. */
export interface Delivery {
  readonly deliveryId: number;
  /** `alertId:event`, by which a receiver recognizes what it got twice. */
  readonly key: string;
  readonly event: AlertEvent;
  readonly notifier: string;
  readonly alert: Alert;
  readonly createdMs: number;
  /** Failed attempts so far. */
  readonly attempts: number;
}

/** Sends messages to people or programs. */
export interface Notifier {
  /** Unique among the notifiers of a process; the outbox stores it. Without secrets. */
  readonly name: string;
  /**
   * Resolves when the receiver has the message. Each rejection is tried again later.
   *
   * @throws PlantHealthError `DELIVERY_FAILED`, with `recovery` `retry`, or `abort` if it can never succeed
   */
  notify(message: Message, signal: AbortSignal): Promise<void>;
}

/** One or several events in words. Nothing in it is escaped: each notifier escapes for its format. */
export interface Message {
  /** The keys of its deliveries. */
  readonly keys: readonly string[];
  /** One line, at most 120 characters. */
  readonly subject: string;
  readonly items: readonly MessageItem[];
}

export interface MessageItem {
  readonly key: string;
  readonly event: AlertEvent;
  readonly alert: Alert;
  /** `null` for an outage, or a plant without description. */
  readonly plant: Plant | null;
  /** Such as "Not watered". */
  readonly heading: string;
  /** Such as "Last watered yesterday at 14:18, 26 hours ago; it is usually watered every day." */
  readonly sentence: string;
  /** Where to look; `null` without a configured page. */
  readonly link: string | null;
}
