import type { Failed } from "../answer.js";

/** A try that got no whole answer. `unreachable`: there is nobody at that address. */
export interface NetworkFailure {
  readonly code: Extract<Failed["code"], "timeout" | "network">;
  readonly message: string;
  readonly unreachable: boolean;
}

const refused = "connection refused";
const hostUnknown = "host not found";
const lost = "connection lost before the whole answer came";

const messages: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", refused],
  ["ENOTFOUND", hostUnknown],
  ["EAI_AGAIN", hostUnknown],
  ["ECONNRESET", lost],
  ["EPIPE", lost],
  ["ERR_STREAM_PREMATURE_CLOSE", lost],
  ["UND_ERR_SOCKET", lost],
]);

const timeouts: ReadonlySet<string> = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/**
 * Tells what a rejected `fetch` or a broken body means, by names and codes: node-fetch has the code on the error,
 * undici on its cause. The error's own text is not passed on, since it may hold the URL.
 */
export function classifyNetworkError(error: unknown): NetworkFailure {
  const code = findCode(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError" || (code !== undefined && timeouts.has(code)))
    return { code: "timeout", message: "the connection timed out", unreachable: false };
  const known = code === undefined ? undefined : messages.get(code);
  const message = `${known ?? "network error"}${code === undefined ? "" : ` (${code})`}`;
  return { code: "network", message, unreachable: known === refused || known === hostUnknown };
}

function findCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if ("code" in at && typeof at.code === "string") return at.code;
  return undefined;
}
