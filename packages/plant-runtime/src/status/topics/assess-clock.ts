import { pluralize } from "../describe-count.js";
import { describeDuration, describeTime } from "../describe-time.js";
import type { StatusContext } from "../status-context.js";
import { clockAdvice, dataProblem } from "../status-problems.js";
import type { Assessment, StatusProblem } from "../status-report.js";

export function assessClock({ facts: { readings }, nowMs, runs, isPullStopped }: StatusContext): Assessment {
  const problems: StatusProblem[] = [];
  const futureMs = runs?.futureMs ?? null;
  // If a run has started since, the clock was ahead and has been set.
  if (futureMs !== null && isPullStopped)
    problems.push(
      dataProblem(
        "run_in_future",
        `the newest run started ${describeDuration(futureMs - nowMs)} from now`,
        clockAdvice,
      ),
    );
  if (readings.kind === "known" && readings.facts.future > 0) {
    const { future, newestFutureMs } = readings.facts;
    const until =
      newestFutureMs === null ? "" : `, up to ${describeDuration(newestFutureMs - nowMs)} from now`;
    problems.push(
      dataProblem(
        "reading_in_future",
        `${pluralize(future, "new reading")} in the future${until}: this clock is behind, or the API's times are wrong`,
        clockAdvice,
      ),
    );
  }
  return { text: describeTime(nowMs), problems };
}
