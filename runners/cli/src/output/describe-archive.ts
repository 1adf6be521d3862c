import type { ArchiveReport } from "@lmnh/plant-archive";
import { describeMs } from "./describe-report.js";
import { formatTable } from "./table.js";

/** What an archive run did, for people. */
export function archiveLines(report: ArchiveReport): string[] {
  const { dryRun, archived, pruned, again, summarised, leftToOthers, partitions } = report;
  const hours =
    partitions.length === 0 ? "" : `, ${partitions[0]?.partition} to ${partitions.at(-1)?.partition}`;
  const rows: (readonly (string | number)[])[] = [
    [
      "archived",
      archived.rows,
      `readings in ${archived.files} files, ${describeBytes(archived.bytes)}${hours}`,
    ],
    ["pruned", pruned.rows, `readings of ${pruned.files} files left the database`],
    ...(again.duplicates > 0
      ? [["came again", again.duplicates, "readings that a file holds already; gone"]]
      : []),
    ...(again.conflicts > 0
      ? [["contradict", again.conflicts, "readings that a file holds otherwise; kept in set_aside_row"]]
      : []),
    ...(dryRun ? [] : [["summaries", summarised.length, "days"]]),
    ...(leftToOthers > 0 ? [["left", leftToOthers, "files to another archiver"]] : []),
  ];
  const did = dryRun ? "Nothing was written; a run would do this" : "Archive run";
  const end = report.complete ? "complete" : "cut short";
  return [
    `${did}${dryRun ? "" : ` ${report.runId}, ${end}`} after ${describeMs(report.durationMs)}`,
    ...formatTable(rows.map((row) => ["", ...row])),
  ];
}

export function describeBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
