export interface Tick {
  /** Ticks count from 0; tick n is due at `startMs + n * everyMs`. */
  readonly number: number;
  readonly atMs: number;
  /** Ticks that were skipped since the last one. */
  readonly skipped: number;
}

/**
 * The first tick after `lastTick` that is not over yet. If a run overruns, ticks are skipped; the schedule does not drift.
 */
export function nextTick(startMs: number, everyMs: number, lastTick: number, nowMs: number): Tick {
  const number = Math.max(lastTick + 1, Math.ceil((nowMs - startMs) / everyMs));
  return { number, atMs: startMs + number * everyMs, skipped: number - lastTick - 1 };
}
