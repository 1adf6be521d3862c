import type { Plant } from "@lmnh/plant-schema";
import type { Alert } from "../model/alert.js";
import type { Delivery, Message, MessageItem, Notifier } from "../ports.js";
import { type AlertDescription, type DescribeOptions, describeAlert } from "../words/describe-alert.js";
import { plainLine } from "../words/plain-line.js";
import { subjectOf } from "./plain-text.js";

export interface ComposeOptions {
  readonly plants: ReadonlyMap<number, Plant>;
  readonly nowMs: number;
  /** IANA name, such as `Europe/London`. */
  readonly timeZone: string;
  /** URL of the page; a plant's part of it is `#plant-ID`. `null` without one. */
  readonly pageUrl: string | null;
}

export interface ComposedMessage {
  readonly message: Message;
  readonly deliveries: readonly Delivery[];
}

export interface Composed {
  readonly messages: readonly ComposedMessage[];
  /** Deliveries that the notifier sends to nobody. */
  readonly unaddressed: readonly Delivery[];
}

/** One message a recipient of the notifier, with everything that is due, so that many alerts at once are not many messages. */
export function composeMessages(
  deliveries: readonly Delivery[],
  notifier: Pick<Notifier, "recipientOf">,
  options: ComposeOptions,
): Composed {
  const byRecipient = new Map<string, { item: MessageItem; delivery: Delivery }[]>();
  const unaddressed: Delivery[] = [];
  for (const delivery of deliveries) {
    const item = toItem(delivery, options);
    const recipient = notifier.recipientOf === undefined ? "" : notifier.recipientOf(item);
    if (recipient === null) {
      unaddressed.push(delivery);
      continue;
    }
    const entries = byRecipient.get(recipient);
    if (entries === undefined) byRecipient.set(recipient, [{ item, delivery }]);
    else entries.push({ item, delivery });
  }
  const messages = [...byRecipient.values()].map((entries) => ({
    deliveries: entries.map(({ delivery }) => delivery),
    message: {
      keys: entries.map(({ item }) => item.key),
      subject: composeSubject(entries.map(({ item }) => item)),
      items: entries.map(({ item }) => item),
    },
  }));
  return { messages, unaddressed };
}

function toItem(
  { key, event, alert }: Delivery,
  { plants, nowMs, timeZone, pageUrl }: ComposeOptions,
): MessageItem {
  const plant = alert.plantId === null ? null : (plants.get(alert.plantId) ?? null);
  const { heading, sentence } =
    alert.ending === "away"
      ? describeAbsence(alert, { nowMs, timeZone })
      : describeAlert(alert, { nowMs, timeZone });
  const link = pageUrl === null || alert.plantId === null ? pageUrl : `${pageUrl}#plant-${alert.plantId}`;
  return { key, event, alert, plant, heading, sentence, link };
}

/** The condition of an alert of a plant that is away may go on. */
function describeAbsence(alert: Alert, options: DescribeOptions): AlertDescription {
  const { heading } = describeAlert(alert, options);
  return {
    heading,
    sentence:
      "The plant is on loan, or not in the museum’s system any more, and is not judged until it is back.",
  };
}

function composeSubject(items: readonly MessageItem[]): string {
  const [first] = items;
  if (first === undefined) return "";
  const state = first.event === "resolved" ? "resolved: " : first.event === "reminded" ? "reminder: " : "";
  const others = items.length - 1;
  return plainLine(
    `${state}${subjectOf(first)}: ${first.heading}${others > 0 ? `, and ${others} more` : ""}`,
    120,
  );
}
