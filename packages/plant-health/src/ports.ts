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
   * Applies the transitions in their order, so that two evaluations at once have the effect of one. One whose `atMs` is before
   * the newest change of that plant and rule changes nothing, nor does one of an alert that does not exist.
   *
   * - `fire`: adds an alert that fires, with the `newId` of the options, and a delivery of `fired` for each receiver. Changes
   *   nothing if an alert of that plant, or of no plant, and rule fires
   * - `update`: replaces the facts of an alert
   * - `resolve`: sets `resolvedMs` and `ending`, and adds a delivery of `resolved`, due after `resolvedDelayMs`, for each
   *   receiver that `sendsResolved`. Changes nothing for a resolved alert
   * - `reopen`: the alert fires again, with new facts and without `ending`, and its deliveries of `resolved` are withdrawn. If
   *   one of them was taken or delivered, a new alert fires instead. Changes nothing if a newer alert of that plant and rule
   *   fires
   */
  apply(transitions: readonly Transition[], options: ApplyOptions): Promise<void>;
  /** Deletes the alerts that were resolved at or before an instant, and their deliveries. */
  deleteResolved(resolvedUntilMs: number): Promise<void>;
  /** Sets `acknowledgedMs` of an alert that fires; `false` if none fires with this id. A second time changes nothing. */
  acknowledge(alertId: string, atMs: number): Promise<boolean>;
  /**
   * Adds a delivery of `reminded` for each receiver and each unacknowledged alert that fires since `firedUntilMs` or longer:
   * one for an alert, however often this is called.
   */
  remind(firedUntilMs: number, options: Pick<ApplyOptions, "atMs" | "receivers">): Promise<void>;
  /**
   * Deliveries that are due for these notifiers, the oldest first, at most `limit`. Each is given to one of several callers,
   * and due again, with the same key, at `leaseUntilMs`: a second process does not send it too, and none is lost if this one
   * is killed. A delivery is not due until the earlier ones of its alert and notifier are delivered, given up, or in the same
   * result.
   */
  take(due: TakeOptions): Promise<readonly Delivery[]>;
  /** These deliveries are never due again. */
  markDelivered(deliveryIds: readonly number[], atMs: number): Promise<void>;
  /**
   * Counts the attempt; the delivery is due again at `retryAtMs`, or never again if that is `null`. A reason has any length;
   * the store may keep its beginning.
   */
  markFailed(deliveryIds: readonly number[], reason: string, retryAtMs: number | null): Promise<void>;
  /** The latest `atMs` of a delivery that was marked as delivered, and its notifier; `null` if there is none. */
  lastDelivery(): Promise<{
    /** As it was marked. */
    readonly atMs: number;
    /** Name of the notifier. */
    readonly notifier: string;
  } | null>;
}

/** A notifier, as far as the outbox has to know it. */
export type Receiver = Pick<Notifier, "name" | "sendsResolved">;

/** When transitions happen, and the receivers of their messages. */
export interface ApplyOptions {
  /** The instant of the transitions, milliseconds since the epoch. */
  readonly atMs: number;
  /** Each event gets a delivery for each of them. */
  readonly receivers: readonly Receiver[];
  /** How long a `resolved` waits, so that an alert that reopens meanwhile is not reported as resolved. */
  readonly resolvedDelayMs: number;
  /** Makes the id of a new alert; unique. */
  readonly newId: () => string;
}

/** Which deliveries are taken, and for how long. */
export interface TakeOptions {
  /** Deliveries due then or earlier are taken; milliseconds since the epoch. */
  readonly atMs: number;
  /** When they are due again; after `atMs`. */
  readonly leaseUntilMs: number;
  /** Names of notifiers. */
  readonly notifiers: readonly string[];
  /** Maximum number of deliveries, 1 or more. */
  readonly limit: number;
}

/** What a message about an alert reports. */
export type AlertEvent = "fired" | "resolved" | "reminded";

/** One event that one notifier has to deliver. */
export interface Delivery {
  /** Assigned by the store, ascending. */
  readonly deliveryId: number;
  /** `alertId:event`, by which a receiver recognizes what it got twice. */
  readonly key: string;
  /** What happened to the alert. */
  readonly event: AlertEvent;
  /** Name of the notifier that has to deliver it. */
  readonly notifier: string;
  /** The alert as it is now. */
  readonly alert: Alert;
  /** When the event happened, milliseconds since the epoch. */
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
  readonly recipientOf?: ((item: MessageItem) => string | null) | undefined;
  /**
   * Sends one message, with the name of the plant, the heading and the sentence of each item, also of one without a plant.
   * Control and direction characters are left out, and long texts are cut: a message of one item has less than 20,000
   * characters, and one of hundreds less than a million. Resolves when the receiver has it.
   *
   * @throws PlantHealthError `DELIVERY_FAILED` if the receiver does not accept it, or the signal aborts. It is tried again later
   */
  notify(message: Message, signal: AbortSignal): Promise<void>;
}

/** One or several events in words. Nothing in it is escaped: each notifier escapes for its format. */
export interface Message {
  /** The keys of its deliveries. */
  readonly keys: readonly string[];
  /** One line, at most 120 characters. */
  readonly subject: string;
  /** One per key, at least one. */
  readonly items: readonly MessageItem[];
}

/** One event, with what a receiver needs to know of it. */
export interface MessageItem {
  /** Key of the delivery. */
  readonly key: string;
  /** What happened to the alert. */
  readonly event: AlertEvent;
  /** The alert as it is now. */
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
