import type { RunRecord } from "./status-facts.js";

/** Milliseconds: the median time between the starts of runs; `null` of fewer than three. Ignores the order. */
export function runInterval(runs: readonly Pick<RunRecord, "startedMs">[]): number | null {
  if (runs.length < 3) return null;
  const starts = runs.map(({ startedMs }) => startedMs).sort((a, b) => a - b);
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? start));
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? null;
}

const minuteMs = 60_000;

/** How long a plant has no reading before it is silent: as the health rule `silent`. */
export function silentAfterMs(interval: number | null): number {
  return Math.max(10 * minuteMs, 6 * (interval ?? 0));
}
