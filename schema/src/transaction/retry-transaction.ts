import { callSafely } from "../call-safely.js";
import { type Clock, type Random, systemClock, systemRandom } from "../clock.js";
import { PlantSchemaError } from "../errors.js";
import { isTransient } from "./classify-error.js";

/** What `retryTransaction` waits with, and how it can be observed and stopped. */
export interface RetryOptions {
  /** Waits between two attempts; `systemClock` by default. */
  readonly clock?: Pick<Clock, "sleep"> | undefined;
  /** Chooses the length of each wait; `systemRandom` by default. */
  readonly random?: Random | undefined;
  /** When it aborts, no attempt is started and the current one is not awaited. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each error that is followed by another attempt. What it throws is ignored. */
  readonly onRetry?: ((error: unknown, waitMs: number) => void) | undefined;
}

/** The waits add up to at most some 20 seconds. */
const maxAttempts = 9;
const baseWaitMs = 100;
const maxWaitMs = 5_000;

/**
 * Retries work that fails with a transient error (deadlock, lost connection, time-out, throttling), with exponential
 * backoff and full jitter. The work must be idempotent, because a commit may succeed although its response is lost;
 * `attempt` counts from 1.
 *
 * @throws the error of the work, if it is not transient or of the last attempt; `CONNECTION_LOST` if the signal aborts
 *   during an attempt
 */
export async function retryTransaction<Result>(
  work: (attempt: number) => Promise<Result>,
  { clock = systemClock, random = systemRandom, signal, onRetry = () => {} }: RetryOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await orAborted(work, attempt, signal);
    } catch (error) {
      if (!isTransient(error) || attempt === maxAttempts || signal?.aborted) throw error;
      const waitMs = Math.round(random() * Math.min(baseWaitMs * 2 ** attempt, maxWaitMs));
      callSafely(() => onRetry(error, waitMs));
      try {
        await clock.sleep(waitMs, signal);
      } catch {
        throw error;
      }
    }
  }
}

function orAborted<Result>(
  work: (attempt: number) => Promise<Result>,
  attempt: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return work(attempt);
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      reject(
        new PlantSchemaError("CONNECTION_LOST", "retry", "The database did not respond in time. Try again."),
      );
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work(attempt)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
