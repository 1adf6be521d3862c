import type { VerdictCodes } from "@lmnh/plant-composition";
import type { Report } from "@lmnh/plant-etl";
import { counted, nounFor } from "./counted.js";
import { describeVerdict } from "./describe-verdict.js";
import { formatTable } from "./table.js";

/** A report as a table, for people. The verdict is the command's: a recording that is incomplete is not in the report. */
export function reportTable(report: Report, verdict: VerdictCodes): string[] {
  const { notices } = report;
  return [
    `Run ${report.runId}, ${describeVerdict(verdict)} after ${describeMs(report.durationMs)}`,
    ...formatTable(
      [
        ["asked", report.asked, nounFor(report.asked, "plant")],
        ["loaded", report.loaded, `${nounFor(report.loaded, "reading")}, ${describeFlagged(report)}`],
        ["duplicates", report.duplicates, `${nounFor(report.duplicates, "reading")} already in the database`],
        [
          "conflicts",
          report.conflicts,
          `${nounFor(report.conflicts, "reading")} there with other values, kept in set_aside_row`,
        ],
        ["not found", notices.notFound, ""],
        ["on loan", notices.onLoan, ""],
        ["sensor fault", notices.sensorFault, ""],
        [
          "rejected",
          report.rejected,
          `${nounFor(report.rejected, "answer")} not valid, kept in plant_rejection`,
        ],
        ["failed", report.failed, `${nounFor(report.failed, "plant")} without an answer`],
      ].map((row) => ["", ...row]),
    ),
  ];
}

/** A report as one line, for logs. */
export function reportLine(report: Report, verdict: VerdictCodes): string {
  const { startedAt, asked, loaded, duplicates, conflicts, notices, rejected, failed, durationMs } = report;
  return [
    `${startedAt} run ${describeVerdict(verdict)} after ${describeMs(durationMs)}: asked ${asked}, loaded ${loaded}`,
    ` (${describeFlagged(report)}), duplicates ${duplicates}, conflicts ${conflicts}, not found ${notices.notFound}, on loan ${notices.onLoan}`,
    `, sensor fault ${notices.sensorFault}, rejected ${rejected}, failed ${failed}`,
  ].join("");
}

/** A run that an error has ended, as one line, for logs. */
export function failureLine({ startedAt }: Pick<Report, "startedAt">, verdict: VerdictCodes): string {
  return `${startedAt} run ${describeVerdict(verdict)}`;
}

/** What is missing and why, a line each. */
export function describeGaps(report: Report): string[] {
  const failures = report.failures.map(
    ({ code, count, plants, message }) =>
      `no answer for ${counted(count, "plant")} (${plants}): ${code}: ${message}`,
  );
  return report.detailsRefused === 0
    ? failures
    : [
        ...failures,
        `a detail of ${counted(report.detailsRefused, "answer")} was refused, the reading was not; see --verbose`,
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
