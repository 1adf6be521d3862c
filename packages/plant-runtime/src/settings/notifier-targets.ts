import { isLoopbackHost } from "@lmnh/plant-health";
import { textParser } from "./parsers.js";

/** Where messages about alerts are sent. */
export type NotifierTarget =
  | { readonly kind: "log" }
  | { readonly kind: "webhook"; readonly url: string; readonly format: "json" | "slack" }
  | { readonly kind: "sns"; readonly topicArn: string }
  | { readonly kind: "ses"; readonly from: string };

const maxTargets = 10;

/** Targets separated by spaces. A target is not repeated in an error, because the URL of a webhook is a secret. */
export const notifierTargets = textParser(
  "must be up to 10 of these, separated by spaces: log:, https://WEBHOOK, slack+https://WEBHOOK (without user and password; http:// for this machine only), sns:TOPIC_ARN, ses:SENDER_ADDRESS",
  (text): readonly NotifierTarget[] | undefined => {
    const targets = text.split(/\s+/).filter(Boolean).map(readTarget);
    return targets.length > maxTargets || targets.includes(undefined)
      ? undefined
      : targets.filter((target) => target !== undefined);
  },
);

function readTarget(text: string): NotifierTarget | undefined {
  if (text === "log:") return { kind: "log" };
  if (/^sns:arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w.-]{1,256}$/.test(text))
    return { kind: "sns", topicArn: text.slice("sns:".length) };
  if (/^ses:[^\s@]+@[^\s@]+$/.test(text)) return { kind: "ses", from: text.slice("ses:".length) };
  const format = text.startsWith("slack+") ? "slack" : "json";
  const url = format === "slack" ? text.slice("slack+".length) : text;
  return isWebhook(url) ? { kind: "webhook", url, format } : undefined;
}

/** HTTPS, or HTTP on this machine. */
function isWebhook(text: string): boolean {
  if (!URL.canParse(text) || /,(?:https?|slack\+https?|sns|ses|log):/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
}
