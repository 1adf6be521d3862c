import { runStarts } from "./run-interval.js";
import type { RunRecord } from "./status-facts.js";

/** Runs that are killed are `running` in the run log for 25 hours. */
const unendedStarts = 3;
/** A watch that is killed after seconds starts more runs than the newest ones cover minutes. */
const unendedStartsOfAnyAge = 10;

/**
 * The newest runs, none of which has ended, if at least three of them started before `beforeMs`, or there are ten and no
 * other; shards that start together are one. Otherwise none.
 */
export function findUnendedRuns(newest: readonly RunRecord[], beforeMs: number): readonly RunRecord[] {
  const firstEnded = newest.findIndex(({ state }) => state !== "running");
  const unended = firstEnded === -1 ? newest : newest.slice(0, firstEnded);
  const old = unended.filter(({ startedMs }) => startedMs < beforeMs);
  if (runStarts(old).length >= unendedStarts) return unended;
  return firstEnded === -1 && runStarts(unended).length >= unendedStartsOfAnyAge ? unended : [];
}

/**
 * The newest complete runs in a row that rejected a response, with what each rejected; the newest first. Shards that start
 * together are one.
 */
export function findRejectingRuns(newest: readonly RunRecord[]): readonly number[] {
  const rejected = runStarts(newest.filter(({ state }) => state === "complete")).map((runs) =>
    runs.reduce((sum, run) => sum + run.rejected, 0),
  );
  const firstWithout = rejected.indexOf(0);
  return firstWithout === -1 ? rejected : rejected.slice(0, firstWithout);
}
