import { minuteMs } from "../durations.js";
import type { RunRecord } from "./status-facts.js";

/** Schedules of several machines differ by it. */
const togetherMs = 2_000;

/** Runs that start within two seconds are one start, such as those of shards; the newest start first. */
export function runStarts<Run extends Pick<RunRecord, "startedMs">>(runs: readonly Run[]): readonly Run[][] {
  const starts: Run[][] = [];
  for (const run of [...runs].sort((a, b) => b.startedMs - a.startedMs)) {
    const start = starts.at(-1);
    if (start?.[0] !== undefined && start[0].startedMs - run.startedMs < togetherMs) start.push(run);
    else starts.push([run]);
  }
  return starts;
}

/** Milliseconds: the median time between the starts of runs; `null` of fewer than three starts. Ignores the order. */
export function runInterval(runs: readonly Pick<RunRecord, "startedMs">[]): number | null {
  const starts = runStarts(runs).flatMap(([first]) => (first === undefined ? [] : [first.startedMs]));
  if (starts.length < 3) return null;
  const gaps = starts.slice(1).map((start, index) => (starts[index] ?? start) - start);
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? null;
}

/** How long a plant has no reading before it is silent: as the health rule `silent`. */
export function silentAfterMs(interval: number | null): number {
  return Math.max(10 * minuteMs, 6 * (interval ?? 0));
}
