import { hourMs } from "../../durations.js";
import { describeCount, pluralize } from "../describe-count.js";
import { findRejectingRuns } from "../newest-runs.js";
import type { StatusContext } from "../status-context.js";
import type { RejectionFacts } from "../status-facts.js";
import { dataProblem } from "../status-problems.js";
import type { Assessment } from "../status-report.js";

export function assessRejections(
  { byPlant }: RejectionFacts,
  { newestRuns, nowMs, command }: StatusContext,
): Assessment {
  const sum = (key: "readings" | "details" | "ofDay") =>
    byPlant.reduce((total, each) => total + each[key], 0);
  const withReadings = byPlant.filter((each) => each.readings > 0);
  const plants = withReadings
    .slice(0, 5)
    .map((each) => `plant ${each.plantId}: ${describeCount(each.readings)}`);
  const more = withReadings.length > 5 ? ", …" : "";
  const isRecent = withReadings.some(
    ({ newestReadingMs }) => newestReadingMs !== null && nowMs - newestReadingMs <= hourMs,
  );
  const repeated = findRejectingRuns(newestRuns);
  return {
    text: `${pluralize(sum("readings"), "response")}${plants.length === 0 ? "" : ` (${plants.join(", ")}${more})`} and ${pluralize(sum("details"), "detail")} open, ${describeCount(sum("ofDay"))} of 24 h`,
    problems:
      isRecent || repeated.length > 0
        ? [
            dataProblem(
              "rejected",
              `${describeRejections(repeated)}: ${command("rejections")} has the reasons; a version that reads them, or a setting, has to come first`,
              { see: "a-response-changed-its-form", next: command("rejections retry --all") },
            ),
          ]
        : [],
  };
}

/** @param repeated what each of the newest complete runs rejected; empty if the newest one rejected nothing */
function describeRejections(repeated: readonly number[]): string {
  const [newest] = repeated;
  if (newest === undefined) return "responses were rejected in the last hour";
  if (repeated.length === 1) return `the last complete run rejected ${pluralize(newest, "response")}`;
  return `each of the last ${repeated.length} complete runs rejected responses (${describeCount(newest)} in the newest)`;
}
