import type { ArchiveReport } from "@lmnh/plant-archive";
import { describeBytes, type OutcomeCodes } from "@lmnh/plant-runtime";
import { formatOutcome } from "./format-outcome.js";
import { describeMs } from "./format-run-report.js";
import { nounFor, pluralize } from "./pluralize.js";
import { formatTable } from "./table.js";

/** The report of an archive run as lines for people. */
export function archiveLines(report: ArchiveReport, outcome: OutcomeCodes): string[] {
  const { archived, pruned, alreadyArchived, summarized, contended, partitions } = report;
  const archivedHours = describeHours(partitions.filter(({ files }) => files > 0));
  const prunedHours = describeHours(partitions.filter(({ prunedRows }) => prunedRows > 0));
  const rows: (readonly (string | number)[])[] = [
    [
      "archived",
      archived.rows,
      `${nounFor(archived.rows, "reading")} in ${pluralize(archived.files, "file")}, ${describeBytes(archived.bytes)}${archivedHours}`,
    ],
    [
      "pruned",
      pruned.rows,
      `${nounFor(pruned.rows, "reading")} of ${pluralize(pruned.files, "file")} left the database${prunedHours}`,
    ],
    ...(alreadyArchived.duplicates > 0
      ? [
          [
            "duplicates",
            alreadyArchived.duplicates,
            `${nounFor(alreadyArchived.duplicates, "reading")} left the database; a file contains the same`,
          ],
        ]
      : []),
    ...(alreadyArchived.conflicts > 0
      ? [
          [
            "conflicts",
            alreadyArchived.conflicts,
            `${nounFor(alreadyArchived.conflicts, "reading")} left for quarantined_row; a file contains other values`,
          ],
        ]
      : []),
    ["summaries", summarized.length, nounFor(summarized.length, "day")],
    ...(contended > 0
      ? [["contended", contended, `${nounFor(contended, "file")} claimed by another archive run`]]
      : []),
  ];
  const end = `${formatOutcome(outcome)} after ${describeMs(report.durationMs)}`;
  return [`Archive run ${report.runId}, ${end}`, ...formatTable(rows.map((row) => ["", ...row]))];
}

function describeHours(partitions: ArchiveReport["partitions"]): string {
  const [first, last] = [partitions[0], partitions.at(-1)];
  if (first === undefined || last === undefined) return "";
  return first === last ? `, ${first.partition}` : `, ${first.partition} to ${last.partition}`;
}
