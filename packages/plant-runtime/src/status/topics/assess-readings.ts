import { hourMs } from "../../durations.js";
import { describeCount } from "../describe-count.js";
import { describeAge, describeDuration } from "../describe-time.js";
import type { StatusContext } from "../status-context.js";
import type { ReadingFacts } from "../status-facts.js";
import { temporaryProblem } from "../status-problems.js";
import type { Assessment, StatusProblem } from "../status-report.js";

export function assessReadings({ newestMs }: ReadingFacts, context: StatusContext): Assessment {
  const { nowMs, runs, expected, maxAgeMs, isPullStopped, command } = context;
  const loaded =
    runs === null
      ? ""
      : `; ${describeCount(runs.day.loaded)}${expected === null ? "" : ` of ${describeCount(expected)} expected`} in 24 h, ${describeCount(runs.day.flagged)} flagged`;
  const isStale = newestMs === null || nowMs - newestMs > maxAgeMs;
  return {
    text: `newest ${newestMs === null ? "none" : describeAge(newestMs, nowMs)}${loaded}`,
    problems: isStale
      ? [
          temporaryProblem(
            "stale",
            newestMs === null
              ? "there is no reading in the database"
              : `the newest reading is older than ${describeDuration(maxAgeMs)}`,
            { see: "no-new-readings", next: command(isPullStopped ? "run --watch" : "doctor") },
          ),
        ]
      : failedRequests(context),
  };
}

/** More than a tenth of the last hour's requests without a response, while runs are complete. */
function failedRequests({ newestRuns, nowMs, command }: StatusContext): StatusProblem[] {
  const recent = newestRuns.filter(
    ({ state, startedMs }) => state === "complete" && nowMs - startedMs <= hourMs,
  );
  const requested = recent.reduce((sum, run) => sum + run.requested - run.absent, 0);
  const failed = recent.reduce((sum, run) => sum + run.failed, 0);
  if (requested === 0 || failed * 10 <= requested) return [];
  return [
    temporaryProblem(
      "requests_failed",
      `${describeCount(failed)} of ${describeCount(requested)} requests of the newest runs failed`,
      { see: "the-api-is-down", next: command("doctor") },
    ),
  ];
}
