import type { Report } from "@lmnh/plant-etl";
import type { OutcomeCodes } from "@lmnh/plant-runtime";
import { formatOutcome } from "./format-outcome.js";
import { nounFor, pluralize } from "./pluralize.js";
import { formatTable } from "./table.js";

/** A report as a table. The outcome is the command's: the report does not include the recording. */
export function reportTable(report: Report, outcome: OutcomeCodes): string[] {
  const { notices } = report;
  return [
    `Run ${report.runId}, ${formatOutcome(outcome)} after ${describeMs(report.durationMs)}`,
    ...formatTable(
      [
        ["requested", report.requested, nounFor(report.requested, "plant")],
        ["loaded", report.loaded, `${nounFor(report.loaded, "reading")}, ${describeFlagged(report)}`],
        ["duplicates", report.duplicates, `${nounFor(report.duplicates, "reading")} already in the database`],
        [
          "conflicts",
          report.conflicts,
          `${nounFor(report.conflicts, "reading")} in the database with other values, kept in quarantined_row`,
        ],
        ["not found", notices.notFound, ""],
        ["on loan", notices.onLoan, ""],
        ["sensor fault", notices.sensorFault, ""],
        [
          "rejected",
          report.rejected,
          `${nounFor(report.rejected, "response")} invalid, kept in plant_rejection`,
        ],
        ["failed", report.failed, `${nounFor(report.failed, "plant")} without a response`],
      ].map((row) => ["", ...row]),
    ),
  ];
}

/** A report as one line, for logs. */
export function reportLine(report: Report, outcome: OutcomeCodes): string {
  const { startedAt, requested, loaded, duplicates, conflicts, notices, rejected, failed, durationMs } =
    report;
  return [
    `${startedAt} run ${formatOutcome(outcome)} after ${describeMs(durationMs)}: requested ${requested}, loaded ${loaded}`,
    ` (${describeFlagged(report)}), duplicates ${duplicates}, conflicts ${conflicts}, not found ${notices.notFound}, on loan ${notices.onLoan}`,
    `, sensor fault ${notices.sensorFault}, rejected ${rejected}, failed ${failed}`,
  ].join("");
}

/** A run that failed with an error, as one line, for logs. */
export function failureLine({ startedAt }: Pick<Report, "startedAt">, outcome: OutcomeCodes): string {
  return `${startedAt} run ${formatOutcome(outcome)}`;
}

/** The plants and details that are missing, with the reason, a line each. */
export function describeGaps(report: Report): string[] {
  const failures = report.failures.map(
    ({ code, count, plants, message }) =>
      `no response for ${pluralize(count, "plant")} (${plants}): ${code}: ${message}`,
  );
  return report.invalidDetails === 0
    ? failures
    : [
        ...failures,
        `invalid details in ${pluralize(report.invalidDetails, "response")}, whose readings were loaded; see --verbose`,
      ];
}

export function describeMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `3 flagged: 2 temperatureRange, 1 futureTime`. A reading can have several flags. */
function describeFlagged({ flagged, flags }: Report): string {
  const counts = Object.entries(flags).filter(([, readings]) => readings > 0);
  const names = counts.map(([name, readings]) => `${readings} ${name}`).join(", ");
  return names === "" ? `${flagged} flagged` : `${flagged} flagged: ${names}`;
}
