import { dayMs } from "../durations.js";
import { runStarts } from "./run-interval.js";
import type { RunFacts } from "./status-facts.js";

/**
 * The readings of one run, or of the shards that start together, as the reports count the plants that are neither on loan
 * nor not found, times the runs that fit into the last 24 hours, or into the time since the first run, at the median
 * interval of the newest runs. `null` if it is not known.
 */
export function expectedReadings(
  { newest, firstMs }: Pick<RunFacts, "newest" | "firstMs">,
  nowMs: number,
  intervalMs: number | null,
): number | null {
  if (intervalMs === null || intervalMs === 0 || firstMs === null) return null;
  const complete = runStarts(newest).find((runs) => runs.every(({ state }) => state === "complete"));
  if (complete === undefined) return null;
  const spanMs = Math.min(dayMs, Math.max(0, nowMs - firstMs));
  const runsOfSpan = Math.floor(spanMs / intervalMs) + (spanMs < dayMs ? 1 : 0);
  const ofStart = complete.reduce((sum, run) => sum + run.requested - run.absent, 0);
  return runsOfSpan * Math.max(0, ofStart);
}
