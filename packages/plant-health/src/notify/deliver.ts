import type { Clock, Plant } from "@lmnh/plant-schema";
import { reasonOf } from "@lmnh/plant-schema/internal";
import type { AlertStore, Delivery, Notifier } from "../ports.js";
import { type ComposedMessage, composeMessages } from "./compose-messages.js";

/** The outbox, and to whom it is sent. */
export interface DeliverOptions {
  /** The store that has the outbox. */
  readonly alerts: AlertStore;
  /** The plants, for their names and botanists. */
  readonly plants: readonly Plant[];
  /** Each sends what is due for its name. */
  readonly notifiers: readonly Notifier[];
  /** Tells what is due, and when to try again. */
  readonly clock: Clock;
  /** IANA name, such as `Europe/London`. */
  readonly timeZone: string;
  /** URL of the page, for links in messages; none by default. */
  readonly pageUrl?: string | null | undefined;
  /** How long a receiver may take to accept a message. 10,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait for a receiver. */
  readonly signal?: AbortSignal | undefined;
}

/** What one emptying of the outbox did. */
export interface DeliveryReport {
  /** Events, not messages. */
  readonly delivered: number;
  /** One entry per notifier and `retryAtMs`. */
  readonly failed: readonly FailedDelivery[];
}

/** Events of one notifier that its receiver has not accepted, or that waited behind them. */
export interface FailedDelivery {
  /** Name of the notifier. */
  readonly notifier: string;
  /** Number of events, which are due again at the same time. */
  readonly events: number;
  /** One line, for people. */
  readonly reason: string;
  /** Milliseconds since the epoch; `null` if it is given up. */
  readonly retryAtMs: number | null;
}

/** Messages and events of one notifier in one call. */
const maxMessages = 20;
const maxDeliveries = 500;
/** After this time a notifier starts no further message, so that a slow receiver cannot hold up a check. */
const maxSendingMs = 20_000;
/** For the statements of the store while messages are sent. */
const leaseMarginMs = 30_000;
const firstRetryMs = 60_000;
const maxRetryMs = 3_600_000;
/** An event that is older is not sent any more. */
const giveUpAfterMs = 24 * 3_600_000;

/**
 * Sends what is due in the outbox. Each event arrives at least once: it is marked after its receiver has accepted it, so a
 * process that is killed in between leaves it to be sent again, with the same key. The notifiers work at the same time, and
 * one that fails is tried again later, for a day; its other messages wait with it. A notifier starts no message after 20 s;
 * what is left is due again when its lease ends, a minute later.
 *
 * @throws the errors of the store, and the signal's reason
 */
export async function deliver(options: DeliverOptions): Promise<DeliveryReport> {
  // Each takes its own, so that what waits for one does not fill the limit of the others.
  const outcomes = await Promise.allSettled(options.notifiers.map((notifier) => sendDue(notifier, options)));
  const results = outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  return {
    delivered: results.reduce((sum, { delivered }) => sum + delivered, 0),
    failed: results.flatMap(({ failed }) => failed),
  };
}

async function sendDue(notifier: Notifier, options: DeliverOptions): Promise<DeliveryReport> {
  const { alerts, plants, clock, timeZone, pageUrl = null, timeoutMs = 10_000, signal } = options;
  const atMs = clock.now();
  const due = await alerts.take({
    atMs,
    leaseUntilMs: atMs + maxSendingMs + timeoutMs + leaseMarginMs,
    notifiers: [notifier.name],
    limit: maxDeliveries,
  });
  const { messages, unaddressed } = composeMessages(due, notifier, {
    plants: new Map(plants.map((plant) => [plant.plantId, plant])),
    nowMs: clock.now(),
    timeZone,
    pageUrl,
  });
  if (unaddressed.length > 0) await alerts.markDelivered(idsOf(unaddressed), clock.now());
  let delivered = 0;
  for (const [index, { message, deliveries }] of messages.slice(0, maxMessages).entries()) {
    signal?.throwIfAborted();
    if (clock.now() - atMs >= maxSendingMs) break;
    const reason = await sendOne(notifier, message, timeoutMs, signal);
    if (reason !== null) return { delivered, failed: await postpone(messages.slice(index), reason) };
    await alerts.markDelivered(idsOf(deliveries), clock.now());
    delivered += deliveries.length;
  }
  return { delivered, failed: [] };

  async function postpone(rest: readonly ComposedMessage[], reason: string): Promise<FailedDelivery[]> {
    const nowMs = clock.now();
    const groups = new Map<number | null, Delivery[]>();
    for (const delivery of rest.flatMap(({ deliveries }) => deliveries)) {
      const retryAtMs = nextAttempt(delivery, nowMs);
      groups.set(retryAtMs, [...(groups.get(retryAtMs) ?? []), delivery]);
    }
    for (const [retryAtMs, group] of groups) await alerts.markFailed(idsOf(group), reason, retryAtMs);
    return [...groups].map(([retryAtMs, group]) => ({
      notifier: notifier.name,
      events: group.length,
      reason,
      retryAtMs,
    }));
  }
}

/** Why the message was not accepted; `null` if it was. */
async function sendOne(
  notifier: Notifier,
  message: ComposedMessage["message"],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error("no response in time")), timeoutMs);
  const stop = () => limit.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  const ended = new Promise<never>((_, reject) => {
    limit.signal.addEventListener("abort", () => reject(limit.signal.reason));
  });
  try {
    // A notifier that ignores the signal must not hold up the others.
    await Promise.race([notifier.notify(message, limit.signal), ended]);
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return reasonOf(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    ended.catch(() => {});
  }
}

function nextAttempt({ attempts, createdMs }: Delivery, nowMs: number): number | null {
  if (nowMs - createdMs >= giveUpAfterMs) return null;
  return nowMs + Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts, 10));
}

function idsOf(deliveries: readonly Delivery[]): number[] {
  return deliveries.map(({ deliveryId }) => deliveryId);
}
