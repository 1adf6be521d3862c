import type { Clock } from "@lmnh/plant-etl";

export interface TimeLimit {
  /** Aborts when the time is over, or with the outer signal. */
  readonly signal: AbortSignal;
  /** Ends the timer. */
  release(): void;
}

/**
 * Starts a limit of `ms` milliseconds. It keeps its own timer: a signal that `AbortSignal.any` makes of
 * `AbortSignal.timeout` does not keep that one, and once it is garbage-collected never aborts (Node 20 and 24).
 */
export function startTimeLimit(clock: Pick<Clock, "sleep">, ms: number, outer: AbortSignal): TimeLimit {
  const over = new AbortController();
  const timer = new AbortController();
  const abort = () => over.abort(outer.reason);
  if (outer.aborted) abort();
  outer.addEventListener("abort", abort, { once: true });
  clock.sleep(ms, timer.signal).then(
    () => over.abort(),
    () => {},
  );
  return {
    signal: over.signal,
    release() {
      outer.removeEventListener("abort", abort);
      timer.abort();
    },
  };
}
