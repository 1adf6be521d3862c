import type { Clock } from "@lmnh/plant-schema/model";

/** What stops a run before its source ends. */
export interface StopSignal {
  /** Aborts at the deadline, with the caller's signal, or by `abort`. */
  readonly signal: AbortSignal;
  /** Resolves when a source that has got the signal should have ended. */
  readonly overdue: Promise<void>;
  /** As `overdue`, by the time: a source that always has a response at hand lets no timer fire. */
  isOverdue(): boolean;
  /** What has stopped the run, if anything. */
  cause(): "signal" | "deadline" | null;
  abort(): void;
  /** Ends the timers. */
  release(): void;
}

/** Milliseconds for a source to yield what it has after the signal. */
const graceMs = 1_000;

export function createStopSignal(
  clock: Clock,
  deadlineMs: number | undefined,
  outer: AbortSignal | undefined,
): StopSignal {
  const released = new AbortController();
  const deadline = new AbortController();
  const own = new AbortController();
  const signal = AbortSignal.any([deadline.signal, own.signal, ...(outer === undefined ? [] : [outer])]);
  const sleep = (ms: number, then: () => void) => clock.sleep(ms, released.signal).then(then, () => {});

  const deadlineAtMs = clock.now() + (deadlineMs ?? Number.POSITIVE_INFINITY);
  let overdueAtMs = Number.POSITIVE_INFINITY;
  const overdue = new Promise<void>((resolve) => {
    const wait = () => {
      overdueAtMs = clock.now() + graceMs;
      void sleep(graceMs, resolve);
    };
    if (signal.aborted) wait();
    else signal.addEventListener("abort", wait, { once: true, signal: released.signal });
  });
  if (deadlineMs !== undefined) void sleep(deadlineMs, () => deadline.abort());

  return {
    signal,
    overdue,
    isOverdue() {
      const nowMs = clock.now();
      if (nowMs >= deadlineAtMs) deadline.abort();
      return nowMs >= overdueAtMs;
    },
    cause: () => (outer?.aborted ? "signal" : deadline.signal.aborted ? "deadline" : null),
    abort: () => own.abort(),
    release: () => released.abort(),
  };
}
