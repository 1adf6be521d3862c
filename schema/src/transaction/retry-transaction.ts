import type { Clock, Random } from "../clock.js";
import { PlantSchemaError } from "../errors.js";
import { isTransient } from "./classify-error.js";

export interface RetryOptions {
  readonly clock: Pick<Clock, "sleep">;
  readonly random: Random;
  /** When it aborts, nothing more is begun and what is under way is not waited for. */
  readonly signal?: AbortSignal;
  /** Told of each failure that is followed by another try. It must not throw. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/** With these, tries end after some 20 seconds of waiting at most. */
const tries = 9;
const firstWaitMs = 100;
const longestWaitMs = 5_000;

/**
 * Does a whole piece of work again while it fails for what passes: a deadlock, a lost connection, a time-out, throttling.
 * Between tries it waits for a random part of a time that doubles. The work must come to the same when it is done twice,
 * because a commit whose answer is lost looks like a failure; `attempt` is 1 the first time.
 *
 * @throws whatever the work throws, when that does not pass, or at the last try; `CONNECTION_LOST` when the signal aborts
 *   while a try is under way
 */
export async function retryTransaction<Result>(
  work: (attempt: number) => Promise<Result>,
  { clock, random, signal, onRetry = () => {} }: RetryOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await orAborted(work, attempt, signal);
    } catch (error) {
      if (!isTransient(error) || attempt === tries || signal?.aborted) throw error;
      const waitMs = Math.round(random() * Math.min(firstWaitMs * 2 ** attempt, longestWaitMs));
      onRetry(error, waitMs);
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
        new PlantSchemaError(
          "CONNECTION_LOST",
          "retry",
          "The database had not answered when the time for it was over. Try again; if it stays: plant doctor",
        ),
      );
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work(attempt)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
