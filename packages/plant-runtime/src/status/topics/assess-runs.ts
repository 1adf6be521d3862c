import { describeCount } from "../describe-count.js";
import { describeAge, describeDuration } from "../describe-time.js";
import { findUnendedRuns } from "../newest-runs.js";
import { runProblem } from "../run-problem.js";
import type { StatusContext } from "../status-context.js";
import type { RunFacts } from "../status-facts.js";
import { temporaryProblem } from "../status-problems.js";
import type { Assessment, StatusProblem } from "../status-report.js";

export function assessRuns(runs: RunFacts, context: StatusContext): Assessment {
  const { newest, futureMs, lastGood, lastFailed, day } = runs;
  const { nowMs, intervalMs, command } = context;
  const [last] = newest;
  if (last === undefined)
    return {
      text: "none yet",
      problems:
        futureMs === null
          ? [temporaryProblem("no_run", "the run log is empty", { next: command("run --watch") })]
          : [],
    };
  const often = intervalMs === null ? "" : `, one every ${describeDuration(intervalMs)}`;
  const good = `last good ${lastGood === null ? "never" : describeAge(lastGood.startedMs, nowMs)}`;
  const bad = `last failed ${lastFailed === null ? "never" : `${describeAge(lastFailed.startedMs, nowMs)} (${lastFailed.reason ?? "no reason"})`}`;
  return {
    text: `${good}; ${bad}; ${describeCount(day.runs)} in 24 h${often}`,
    problems: [
      ...failedRuns(runs, context),
      ...unendedRuns(runs, context),
      ...(context.isPullStopped
        ? [
            temporaryProblem(
              "no_recent_run",
              `no run has started for ${describeDuration(nowMs - last.startedMs)}`,
              { next: command("run --watch") },
            ),
          ]
        : []),
    ],
  };
}

function failedRuns({ newest, lastFailed, failure }: RunFacts, context: StatusContext): StatusProblem[] {
  const ended = newest.filter(({ state }) => state !== "running");
  const newestGood = ended.findIndex(({ outcome }) => outcome === "ok");
  const failedInARow = newestGood === -1 ? ended.length : newestGood;
  const [lastEnded] = ended;
  if (lastEnded === undefined || failedInARow === 0) return [];
  const reason = lastEnded.reason ?? "no_reason";
  const detail = lastFailed?.runId === lastEnded.runId && failure !== null ? ` (${failure})` : "";
  const which = failedInARow === 1 ? "the last run" : `the last ${failedInARow} runs`;
  return [runProblem(reason, `${which} ended with ${reason}${detail}`, context)];
}

function unendedRuns({ newest }: RunFacts, { nowMs, maxAgeMs }: StatusContext): StatusProblem[] {
  const unended = findUnendedRuns(newest, nowMs - maxAgeMs);
  if (unended.length === 0) return [];
  return [
    temporaryProblem(
      "no_run_ends",
      `none of the last ${unended.length} runs has ended: each is killed, such as for lack of memory, or waits; see the log of the process manager and of the kernel`,
      { see: "no-run-ends", next: null },
    ),
  ];
}
