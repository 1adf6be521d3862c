import { logNotifier, type Notifier, webhookNotifier } from "@lmnh/plant-health";
import type { NotifierTarget } from "./settings/notifier-targets.js";

export interface CreateNotifiersOptions {
  readonly targets: readonly NotifierTarget[];
  /** Receives the lines of the target `log:`. */
  readonly writeLine: (line: string) => void;
  /** For webhooks. Node's own by default. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Called for a target of their kind only. */
  readonly openSns: (topicArn: string) => Notifier | Promise<Notifier>;
  readonly openSes: (from: string) => Notifier | Promise<Notifier>;
}

/**
 * Makes the notifiers of the settings. The outbox stores the name of a notifier, so that the name of a webhook depends on
 * its URL and does not contain it.
 */
export async function createNotifiers(options: CreateNotifiersOptions): Promise<Notifier[]> {
  return await Promise.all(options.targets.map((target) => createNotifier(target, options)));
}

async function createNotifier(
  target: NotifierTarget,
  { writeLine, fetch = globalThis.fetch, openSns, openSes }: CreateNotifiersOptions,
): Promise<Notifier> {
  switch (target.kind) {
    case "log":
      return logNotifier(writeLine);
    case "webhook":
      return webhookNotifier({ ...target, name: await webhookName(target), fetch });
    case "sns":
      return await openSns(target.topicArn);
    case "ses":
      return await openSes(target.from);
  }
}

/** A target without its secrets: the name of its notifier, and the host of a webhook. */
export async function describeTarget(target: NotifierTarget): Promise<string> {
  switch (target.kind) {
    case "log":
      return "log:";
    case "webhook":
      return `${await webhookName(target)} (${new URL(target.url).host})`;
    case "sns":
      return `sns:${target.topicArn.split(":").at(-1)}`;
    case "ses":
      return `ses:${target.from}`;
  }
}

async function webhookName({ format, url }: Extract<NotifierTarget, { kind: "webhook" }>): Promise<string> {
  return `${format}-webhook:${await shortDigest(url)}`;
}

/** Eight hexadecimal digits of SHA-256. */
async function shortDigest(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest, 0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
