import type { Clock } from "@lmnh/plant-schema/model";

/** What stops a run before its source ends. */
export interface StopSignal {
  /** Aborts at the deadline, with the caller's signal, or by `abort`. */
  readonly signal: AbortSignal;
  /** Resolves when a source that has got the signal should have ended. */
  readonly overdue: Promise<void>;
  /** As `overdue`, by the time: a source that always has a response at hand lets no timer fire. */
  isOverdue(): boolean;
  /** What has stopped the run first, if anything. */
  cause(): "signal" | "deadline" | null;
  abort(): void;
  /** Ends the timers. */
  release(): void;
}

/** Milliseconds for a source to yield what it has after the signal. */
const graceMs = 1_000;

/** @param deadlineAtMs milliseconds since the epoch */
export function createStopSignal(
  clock: Clock,
  deadlineAtMs: number | undefined,
  outer: AbortSignal | undefined,
): StopSignal {
  const released = new AbortController();
  // Not AbortSignal.any: Node keeps a signal that is made of others, and what its listeners hold, after the run.
  const stopping = new AbortController();
  const sleep = (ms: number, then: () => void) => clock.sleep(ms, released.signal).then(then, () => {});

  let cause: ReturnType<StopSignal["cause"]> = null;
  let overdueAtMs = Number.POSITIVE_INFINITY;
  let reportOverdue = () => {};
  const overdue = new Promise<void>((resolve) => {
    reportOverdue = resolve;
  });
  const abort = () => {
    if (stopping.signal.aborted) return;
    overdueAtMs = clock.now() + graceMs;
    void sleep(graceMs, reportOverdue);
    stopping.abort(outer?.reason);
  };
  const stopBy = (reason: "signal" | "deadline") => {
    cause ??= reason;
    abort();
  };
  const stop = () => stopBy("signal");
  const endAtDeadline = () => stopBy("deadline");
  if (outer?.aborted) stop();
  else outer?.addEventListener("abort", stop);
  if (deadlineAtMs !== undefined) void sleep(Math.max(0, deadlineAtMs - clock.now()), endAtDeadline);

  return {
    signal: stopping.signal,
    overdue,
    isOverdue() {
      const nowMs = clock.now();
      if (deadlineAtMs !== undefined && nowMs >= deadlineAtMs) endAtDeadline();
      return nowMs >= overdueAtMs;
    },
    cause: () => cause,
    abort,
    release() {
      outer?.removeEventListener("abort", stop);
      released.abort();
    },
  };
}
