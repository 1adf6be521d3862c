import type { ArchiveReport } from "@lmnh/plant-archive";
import type { VerdictCodes } from "@lmnh/plant-composition";
import { counted, nounFor } from "./counted.js";
import { describeMs } from "./describe-report.js";
import { describeVerdict } from "./describe-verdict.js";
import { formatTable } from "./table.js";

/** What an archive run did, for people. */
export function archiveLines(report: ArchiveReport, verdict: VerdictCodes): string[] {
  const { dryRun, archived, pruned, again, summarised, leftToOthers, partitions } = report;
  const archivedHours = describeHours(partitions.filter(({ files }) => files > 0));
  const prunedHours = describeHours(partitions.filter(({ prunedRows }) => prunedRows > 0));
  const leave = dryRun ? "would leave" : "left";
  const rows: (readonly (string | number)[])[] = [
    [
      dryRun ? "to archive" : "archived",
      archived.rows,
      `${nounFor(archived.rows, "reading")} in ${counted(archived.files, "file")}, ${describeBytes(archived.bytes)}${archivedHours}`,
    ],
    [
      dryRun ? "to prune" : "pruned",
      pruned.rows,
      `${nounFor(pruned.rows, "reading")} of ${counted(pruned.files, "file")} ${leave} the database${prunedHours}`,
    ],
    ...(again.duplicates > 0
      ? [
          [
            "came again",
            again.duplicates,
            `${nounFor(again.duplicates, "reading")} ${leave} the database; a file has the same`,
          ],
        ]
      : []),
    ...(again.conflicts > 0
      ? [
          [
            "contradict",
            again.conflicts,
            `${nounFor(again.conflicts, "reading")} ${leave} for set_aside_row; a file says otherwise`,
          ],
        ]
      : []),
    ...(dryRun ? [] : [["summaries", summarised.length, nounFor(summarised.length, "day")]]),
    ...(leftToOthers > 0
      ? [["left", leftToOthers, `${nounFor(leftToOthers, "file")} to another archiver`]]
      : []),
  ];
  const end = `${describeVerdict(verdict)} after ${describeMs(report.durationMs)}`;
  return [
    dryRun
      ? `Rehearsal, ${end}. Nothing was written; a run now would do this:`
      : `Archive run ${report.runId}, ${end}`,
    ...formatTable(rows.map((row) => ["", ...row])),
  ];
}

function describeHours(partitions: ArchiveReport["partitions"]): string {
  const [first, last] = [partitions[0], partitions.at(-1)];
  if (first === undefined || last === undefined) return "";
  return first === last ? `, ${first.partition}` : `, ${first.partition} to ${last.partition}`;
}

export function describeBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
