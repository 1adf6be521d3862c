import type { FailedRequest, ReceivedResponse, UndecodableResponse } from "../response.js";
import { encodeLocation } from "./encode-location.js";
import { classifyNetworkError } from "./network-errors.js";
import { readResponse } from "./read-response.js";
import type { WorkerSlot } from "./worker-slot.js";

/** Any WHATWG fetch: Node's own, cross-fetch, or one that wraps them. It must honour `signal`. */
export type Fetch = typeof globalThis.fetch;

/** One try: an answer as it came, or why there is none. */
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

/** Asks once, following redirects inside the origin. Never throws. */
export async function sendRequest(
  url: string,
  settings: RequestOptions,
  slot: WorkerSlot,
): Promise<AttemptResult> {
  let at = url;
  for (let hops = 0; ; hops++) {
    const { location, result } = await request(at, settings, slot);
    if (result.kind === "failed" || !redirectStatuses.has(result.status)) return result;
    const target = location === null ? null : parseTarget(location, at);
    if (target === null) return redirectFailure(`${result.status} without an address to go to`);
    if (target.origin !== new URL(url).origin)
      return redirectFailure(`redirect to another origin, ${target.origin.slice(0, 100)}`);
    if (hops === maxRedirects) return redirectFailure(`more than ${maxRedirects} redirects`);
    at = target.href;
  }
}

interface Response {
  readonly location: string | null;
  readonly result: AttemptResult;
}

async function request(url: string, settings: RequestOptions, slot: WorkerSlot): Promise<Response> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    slot.abort();
  }, settings.requestTimeoutMs);
  try {
    const { fetch, headers } = settings;
    const signal = slot.signal();
    signal.throwIfAborted();
    const init = { headers, redirect: "manual", signal, compress: false } as const;
    const response = await fetch(url, init);
    const result = await readResponse(response, settings.maxBodyBytes);
    // Whatever of the body is still to come is not wanted; only this drops the connection with every fetch.
    if (result.cut) slot.abort();
    // Looked up only where they may count: node-fetch goes through all headers for each.
    const isUsual = result.status === 200;
    return {
      location: isUsual ? null : response.headers.get("location"),
      result: { ...result, retryAfter: isUsual ? null : response.headers.get("retry-after") },
    };
  } catch (error) {
    return {
      location: null,
      result: formatError(error, slot, timedOut ? settings.requestTimeoutMs : undefined),
    };
  } finally {
    clearTimeout(timer);
  }
}

function formatError(error: unknown, slot: WorkerSlot, timedOutAfterMs: number | undefined): AttemptResult {
  if (slot.stopped)
    return { kind: "failed", code: "aborted", message: "stopped before an answer came", unreachable: false };
  if (timedOutAfterMs !== undefined) {
    const message = `no whole answer within ${timedOutAfterMs} ms`;
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
  // WHATWG's fetch refuses a URL with credentials; ours travel as a header.
  target.username = "";
  target.password = "";
  return target;
}
