import type { Random } from "@lmnh/plant-schema/model";
import type { AttemptResult } from "./send-request.js";

export interface RequestRetryOptions {
  /** Maximum number of attempts, the first included. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
}

/**
 * Milliseconds to wait before the next attempt; `undefined` if there is none. Exponential from `baseDelayMs` to
 * `maxDelayMs` with full jitter, and never less than the `Retry-After` of the response.
 */
export function retryDelayMs(
  result: AttemptResult,
  attempts: number,
  options: RequestRetryOptions,
  now: number,
  random: Random,
): number | undefined {
  if (attempts >= options.attempts || !isTransient(result)) return undefined;
  const maxDelayMs = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** (attempts - 1));
  const retryAfterMs = result.kind === "failed" ? 0 : parseRetryAfter(result.retryAfter, now);
  return retryAfterMs > options.maxRetryAfterMs
    ? undefined
    : Math.max(retryAfterMs, Math.round(random() * maxDelayMs));
}

/** `true` for a status that another attempt may change. */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function isTransient(result: AttemptResult): boolean {
  if (result.kind !== "failed") return isTransientStatus(result.status);
  return result.code === "timeout" || result.code === "network";
}

/** Milliseconds of a Retry-After header, in seconds or as an HTTP date; 0 if it is absent or invalid. */
export function parseRetryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse accepts almost any text, so the form of an HTTP date is checked first.
  const time = /^[A-Za-z]{3,9}, .*GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? 0 : Math.max(0, time - now);
}
