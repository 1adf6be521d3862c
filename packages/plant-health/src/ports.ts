import type { Plant } from "@lmnh/plant-schema";
import type { Alert, Transition } from "./model/alert.js";
import type { DayProfile } from "./model/day-profile.js";
import type { HealthReading, NoticeRecord, RunRecord } from "./model/records.js";

/** What the pipeline has loaded. Times are milliseconds since the epoch. */
export interface PlantRecords {
  /** Every plant, by id. */
  plants(): Promise<readonly Plant[]>;
  /** Readings taken from `sinceMs`, inclusive, to `untilMs`, exclusive, by plant and time; of all plants by default. */
  readings(sinceMs: number, untilMs: number, plantIds?: readonly number[]): Promise<readonly HealthReading[]>;
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

/** The alerts and the outbox of their messages. Each change is one transaction: nothing is half done after a crash. */
export interface AlertStore {
  /** Alerts that fire, and those resolved at or after `resolvedSinceMs`; by `firedMs` and id. */
  alerts(resolvedSinceMs: number): Promise<readonly Alert[]>;
  /**
   * Applies the transitions, and adds a delivery for each event and receiver to the outbox. A `fire` for a plant and
   * rule that fires already, and a `resolve` of a resolved alert, change nothing, so that two evaluations at once have
   * the effect of one; nor does one whose `atMs` is before the newest change of that plant and rule. A `reopen` withdraws
   * the deliveries of `resolved`; if one was sent already, it fires a new alert instead.
   */
  apply(transitions: readonly Transition[], options: ApplyOptions): Promise<void>;
  /** Deletes the alerts that were resolved at or before an instant, and their deliveries. */
  deleteResolved(resolvedUntilMs: number): Promise<void>;
  /** Marks an alert that fires; `false` if none fires with this id. A second time changes nothing. */
  acknowledge(alertId: string, atMs: number): Promise<boolean>;
  /** Adds one reminder for each unacknowledged alert that fires since `firedUntilMs` or longer. */
  remind(firedUntilMs: number, options: Pick<ApplyOptions, "atMs" | "receivers">): Promise<void>;
  /**
   * Deliveries that are due for these notifiers, the oldest first; none of an alert before its earlier ones. They are due again at `leaseUntilMs`, so that a second
   * process does not send them too, and none is lost if this one is killed.
   */
  take(due: TakeOptions): Promise<readonly Delivery[]>;
  markDelivered(deliveryIds: readonly number[], atMs: number): Promise<void>;
  /** Counts the attempt; the delivery is due again at `retryAtMs`, or never again if that is `null`. */
  markFailed(deliveryIds: readonly number[], reason: string, retryAtMs: number | null): Promise<void>;
  /** When a delivery last succeeded, and by which notifier; `null` if none has. */
  lastDelivery(): Promise<{ readonly atMs: number; readonly notifier: string } | null>;
}

/** A notifier, as far as the outbox has to know it. */
export type Receiver = Pick<Notifier, "name" | "sendsResolved">;

export interface ApplyOptions {
  readonly atMs: number;
  /** Each event gets a delivery for each of them. */
  readonly receivers: readonly Receiver[];
  /** How long a `resolved` waits, so that an alert that reopens meanwhile is not reported as resolved. */
  readonly resolvedDelayMs: number;
  readonly newId: () => string;
}

export interface TakeOptions {
  readonly atMs: number;
  readonly leaseUntilMs: number;
  /** Names of notifiers. */
  readonly notifiers: readonly string[];
  readonly limit: number;
}

/** What a message about an alert reports. */
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
  /** Whether it also sends `resolved`; notifiers for people send only that an alert fires. */
  readonly sendsResolved: boolean;
  /**
   * Whom an item is for: items of different recipients are in different messages, and an item with `null` is not sent. By
   * default all items have one recipient.
   */
  recipientOf?(item: MessageItem): string | null;
  /**
   * Resolves when the receiver has the message. Each rejection is tried again later.
   *
   * @throws PlantHealthError `DELIVERY_FAILED`
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
