import { reasonOf } from "@lmnh/plant-schema/internal";
import { PlantHealthError } from "../errors.js";
import { isLoopbackHost } from "../loopback-host.js";
import type { Message, Notifier } from "../ports.js";
import { slackBody } from "./slack-body.js";
import { webhookBody } from "./webhook-body.js";

/** The receiver of a webhook, and the form of its messages. */
export interface WebhookOptions {
  /** Unique, without secrets, at most 64 characters. */
  readonly name: string;
  /** HTTPS, or HTTP to a loopback address. It often contains a secret, so that no message repeats it. */
  readonly url: string;
  /** `json`, the default, has every fact for a program; `slack` is a message for people. */
  readonly format?: "json" | "slack" | undefined;
  /** A WHATWG fetch. */
  readonly fetch: typeof fetch;
}

/**
 * Posts each message to a URL. Redirects are not followed, because they would repeat the message at another place.
 *
 * @throws PlantHealthError `OPTION_INVALID` for a URL that is neither HTTPS nor loopback
 *
 * @example
 * ```ts
 * import { webhookNotifier } from "@lmnh/plant-health";
 *
 * const notifier = webhookNotifier({
 *   name: "botanists",
 *   url: "https://example.org/hooks/plants",
 *   format: "slack",
 *   fetch,
 * });
 * ```
 */
export function webhookNotifier({ name, url, format = "json", fetch }: WebhookOptions): Notifier {
  const target = parseTarget(url);
  const { body, sendsResolved } = formats[format];
  return {
    name,
    sendsResolved,
    async notify(message, signal) {
      const response = await fetch(target, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body(message)),
        redirect: "manual",
        signal,
      }).catch((error: unknown) => {
        throw new PlantHealthError("DELIVERY_FAILED", "retry", explain(error, signal), {
          cause: error,
        });
      });
      // The body may be endless, and nothing in it is needed.
      await response.body?.cancel().catch(() => {});
      if (response.status >= 200 && response.status < 300) return;
      const fact =
        response.status === 0 || (response.status >= 300 && response.status < 400)
          ? "the receiver redirects, which is not followed"
          : `the receiver responded with status ${response.status}`;
      throw new PlantHealthError("DELIVERY_FAILED", "retry", fact);
    },
  };
}

const formats: Readonly<
  Record<
    NonNullable<WebhookOptions["format"]>,
    { readonly body: (message: Message) => unknown; readonly sendsResolved: boolean }
  >
> = {
  json: { body: webhookBody, sendsResolved: true },
  slack: { body: slackBody, sendsResolved: false },
};

function parseTarget(url: string): URL {
  const invalid = (fact: string) =>
    new PlantHealthError("OPTION_INVALID", "abort", `A webhook's URL ${fact}.`);
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target === null) throw invalid("is not a valid URL");
  if (target.username !== "" || target.password !== "")
    throw invalid("contains a user or password, which fetch refuses");
  if (target.protocol !== "https:" && !(target.protocol === "http:" && isLoopbackHost(target.hostname)))
    throw invalid(
      `must begin with https://, or with http:// and a loopback address; it begins with ${target.protocol}`,
    );
  return target;
}

/** Without the URL, which fetch puts in some of its messages. */
function explain(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "the receiver did not respond in time";
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return code === ""
    ? `the request failed (${cause instanceof Error ? cause.name : reasonOf(typeof cause)})`
    : `the request failed with ${code}`;
}
