import type { FailedRequest, ReceivedResponse, UndecodableResponse } from "../response.js";
import { encodeLocation } from "./encode-location.js";
import { classifyNetworkError } from "./network-errors.js";
import { readResponse } from "./read-response.js";
import type { WorkerSlot } from "./worker-slot.js";

/** Any WHATWG fetch: Node's own, cross-fetch, or one that wraps them. It must honour `signal`. */
export type Fetch = typeof globalThis.fetch;

/** The result of one attempt: a response, or why there is none. */
export type AttemptResult =
  | ((ReceivedResponse | UndecodableResponse) & { readonly retryAfter: string | null })
  | (FailedRequest & { readonly unreachable: boolean });

export interface RequestOptions {
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestTimeoutMs: number;
  readonly maxBodyBytes: number;
}

const maxRedirects = 3;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Sends one request and follows redirects within the origin. Never throws. */
export async function sendRequest(
  url: string,
  options: RequestOptions,
  slot: WorkerSlot,
): Promise<AttemptResult> {
  let at = url;
  for (let hops = 0; ; hops++) {
    const { location, result } = await request(at, options, slot);
    if (result.kind === "failed" || !redirectStatuses.has(result.status)) return result;
    const target = location === null ? null : parseTarget(location, at);
    if (target === null) return redirectFailure(`HTTP status ${result.status} without a valid Location`);
    if (target.origin !== new URL(url).origin)
      return redirectFailure(`redirect to another origin, ${target.origin.slice(0, 100)}`);
    if (hops === maxRedirects) return redirectFailure(`more than ${maxRedirects} redirects`);
    at = target.href;
  }
}

interface RequestResult {
  readonly location: string | null;
  readonly result: AttemptResult;
}

async function request(url: string, options: RequestOptions, slot: WorkerSlot): Promise<RequestResult> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    slot.abort();
  }, options.requestTimeoutMs);
  try {
    const { fetch, headers } = options;
    const signal = slot.signal();
    signal.throwIfAborted();
    const init = { headers, redirect: "manual", signal, compress: false } as const;
    const response = await fetch(url, init);
    const result = await readResponse(response, options.maxBodyBytes);
    // The rest of the body is not needed. Only an abort closes the connection with every fetch.
    if (result.cut) slot.abort();
    // Looked up only if they can matter: node-fetch scans all headers for each.
    const isUsual = result.status === 200;
    return {
      location: isUsual ? null : response.headers.get("location"),
      result: { ...result, retryAfter: isUsual ? null : response.headers.get("retry-after") },
    };
  } catch (error) {
    return {
      location: null,
      result: formatError(error, slot, timedOut ? options.requestTimeoutMs : undefined),
    };
  } finally {
    clearTimeout(timer);
  }
}

function formatError(error: unknown, slot: WorkerSlot, timedOutAfterMs: number | undefined): AttemptResult {
  if (slot.stopped)
    return {
      kind: "failed",
      code: "aborted",
      message: "stopped before a response was received",
      unreachable: false,
    };
  if (timedOutAfterMs !== undefined) {
    const message = `no complete response within ${timedOutAfterMs} ms`;
    return { kind: "failed", code: "timeout", message, unreachable: false };
  }
  return { kind: "failed", ...classifyNetworkError(error) };
}

function redirectFailure(message: string): AttemptResult {
  return { kind: "failed", code: "redirect", message, unreachable: false };
}

function parseTarget(location: string, base: string): URL | null {
  const encoded = encodeLocation(location);
  if (!URL.canParse(encoded, base)) return null;
  const target = new URL(encoded, base);
  // WHATWG's fetch rejects a URL with credentials; they are sent as a header.
  target.username = "";
  target.password = "";
  return target;
}
