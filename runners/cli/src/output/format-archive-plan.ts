import type { ArchivePlan } from "@lmnh/plant-archive";
import type { OutcomeCodes } from "@lmnh/plant-runtime";
import { formatOutcome } from "./format-outcome.js";
import { pluralize } from "./pluralize.js";
import { formatTable } from "./table.js";

/** The steps of a planned archive run as lines for people. */
export function archivePlanLines({ partitions, quarantined }: ArchivePlan, outcome: OutcomeCodes): string[] {
  const rows = partitions.map(({ partition, claimed, unarchived, newFiles, prune, verified, blocked }) => {
    const readings = unarchived + claimed.reduce((sum, { rows }) => sum + rows, 0);
    const files = newFiles + claimed.length;
    const pruned = prune ? verified.length + (blocked ? 0 : files) : 0;
    return [
      "",
      partition,
      blocked
        ? "blocked"
        : readings === 0
          ? "nothing to archive"
          : `archive ${pluralize(readings, "reading")} in ${pluralize(files, "file")}`,
      pruned === 0 ? "" : `prune ${pluralize(pruned, "file")}`,
    ];
  });
  return [
    `Archive plan, ${formatOutcome(outcome)}. Nothing was written. A run would do this:`,
    ...formatTable(rows),
    ...(rows.length === 0 ? ["  nothing: there is nothing to archive or to prune"] : []),
    ...(quarantined.length === 0 ? [] : [`  move ${pluralize(quarantined.length, "quarantined file")}`]),
  ];
}
