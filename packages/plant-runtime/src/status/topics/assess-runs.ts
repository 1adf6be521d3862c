import { describeCount } from "../describe-count.js";
import { describeAge, describeDuration } from "../describe-time.js";
import { findUnendedRuns } from "../newest-runs.js";
import { runProblem } from "../run-problem.js";
import type { StatusContext } from "../status-context.js";
import type { RunFacts } from "../status-facts.js";
import { temporaryProblem } from "../status-problems.js";
import type { Assessment, StatusProblem } from "../status-report.js";

export function assessRuns(runs: RunFacts, context: StatusContext): Assessment {
  const { newest, futureMs, lastOk, lastNotOk, day } = runs;
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
  const ok = lastOk === null ? "none ok yet" : `last ok ${describeAge(lastOk.startedMs, nowMs)}`;
  const notOk =
    lastNotOk === null
      ? "none not ok in 24 h"
      : `last not ok ${describeAge(lastNotOk.startedMs, nowMs)} (${lastNotOk.reason ?? "no reason"})`;
  return {
    text: `${ok}; ${notOk}; ${describeCount(day.runs)} in 24 h${often}`,
    problems: [
      ...runsNotOk(runs, context),
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

function runsNotOk({ newest, lastNotOk, failure }: RunFacts, context: StatusContext): StatusProblem[] {
  const ended = newest.filter(({ state }) => state !== "running");
  const newestOk = ended.findIndex(({ outcome }) => outcome === "ok");
  const notOk = newestOk === -1 ? ended : ended.slice(0, newestOk);
  const [last] = notOk;
  if (last === undefined) return [];
  const reasons = new Map<string, number>();
  for (const { reason } of notOk)
    reasons.set(reason ?? "no_reason", (reasons.get(reason ?? "no_reason") ?? 0) + 1);
  const reason = last.reason ?? "no_reason";
  const isFailure = last.outcome === "failed" && lastNotOk?.runId === last.runId && failure !== null;
  const ending = `ended with ${reason}${isFailure ? ` (${failure})` : ""}`;
  const others = [...reasons].map(([each, runs]) => `${each} ${runs}`).join(", ");
  const which = notOk.length === 1 ? "the last run" : `the last ${notOk.length} runs`;
  const text =
    reasons.size === 1
      ? `${which} ${ending}`
      : `the last run ${ending}; none of the last ${notOk.length} was ok (${others})`;
  return [runProblem(reason, text, context)];
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
