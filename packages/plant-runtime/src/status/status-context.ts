import { minuteMs } from "../durations.js";
import { expectedReadings } from "./expected-readings.js";
import { runInterval } from "./run-interval.js";
import { commandLine, type GivenFlags } from "./status-commands.js";
import type { RunFacts, RunRecord, StatusFacts } from "./status-facts.js";

export interface StatusOptions {
  /** Age of the newest reading beyond which readings are stale, ms. By default 5 minutes, or 5 run intervals if that is longer. */
  readonly maxAgeMs?: number | undefined;
  /** The flags of the status that its commands need, too. */
  readonly flags?: GivenFlags | undefined;
}

/** What each topic is assessed with. */
export interface StatusContext {
  readonly facts: StatusFacts;
  readonly nowMs: number;
  /** `null` if the run log could not be read. */
  readonly runs: RunFacts | null;
  /** Empty if the run log could not be read. */
  readonly newestRuns: readonly RunRecord[];
  readonly intervalMs: number | null;
  /** Age of the newest reading, and of the newest run, that is still well. */
  readonly maxAgeMs: number;
  /** Whether no run has started for the maximum age, or none at all; `false` if the run log could not be read. */
  readonly isPullStopped: boolean;
  readonly expected: number | null;
  readonly flags: GivenFlags;
  /** A command line of `plant`. */
  readonly command: (words: string) => string;
}

export function statusContext(
  facts: StatusFacts,
  nowMs: number,
  { maxAgeMs: givenMaxAgeMs, flags = {} }: StatusOptions,
): StatusContext {
  const runs = facts.runs.kind === "known" ? facts.runs.facts : null;
  const newestRuns = runs?.newest ?? [];
  const intervalMs = runInterval(newestRuns);
  const maxAgeMs = givenMaxAgeMs ?? Math.max(5 * minuteMs, 5 * (intervalMs ?? 0));
  const [last] = newestRuns;
  return {
    facts,
    nowMs,
    runs,
    newestRuns,
    intervalMs,
    maxAgeMs,
    isPullStopped: runs !== null && (last === undefined || nowMs - last.startedMs > maxAgeMs),
    expected: runs === null ? null : expectedReadings(runs, nowMs, intervalMs),
    flags,
    command: (words) => commandLine(flags, words),
  };
}
