import type { Random } from "../ports.js";
import type { AttemptResult } from "./send-request.js";

export interface RequestRetryOptions {
  /** Tries in all. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
}

/**
 * Milliseconds to wait before the next try; `undefined` when this one was the last. Doubles from `baseDelayMs` to
 * `maxDelayMs`, with full jitter, and waits at least for as long as the API asks.
 */
export function planRetry(
  result: AttemptResult,
  attempts: number,
  settings: RequestRetryOptions,
  now: number,
  random: Random,
): number | undefined {
  if (attempts >= settings.attempts || !mayPass(result)) return undefined;
  const longest = Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (attempts - 1));
  const requested = result.kind === "failed" ? 0 : readRetryAfter(result.retryAfter, now);
  return requested > settings.maxRetryAfterMs
    ? undefined
    : Math.max(requested, Math.round(random() * longest));
}

/** `true` for a status that another try may change. */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function mayPass(result: AttemptResult): boolean {
  if (result.kind !== "failed") return isTransientStatus(result.status);
  return result.code === "timeout" || result.code === "network";
}

/** Milliseconds that a Retry-After header asks for, in seconds or as an HTTP date; 0 for none that can be read. */
export function readRetryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse reads nearly anything as some date, so only the form of HTTP dates goes in.
  const time = /^[A-Za-z]{3,9}, .*GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? 0 : Math.max(0, time - now);
}
