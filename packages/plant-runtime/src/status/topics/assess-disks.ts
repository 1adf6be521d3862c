import { describeBytes } from "../../describe-bytes.js";
import { listLargestFiles } from "../status-commands.js";
import type { DiskFacts } from "../status-facts.js";
import { temporaryProblem } from "../status-problems.js";
import type { Assessment } from "../status-report.js";

export function assessDisks(disks: readonly DiskFacts[]): Assessment {
  if (disks.length === 0) return { text: "none of this machine is used", problems: [] };
  return {
    text: disks
      .map(
        ({ use, freeBytes, totalBytes }) =>
          `${describeBytes(freeBytes)} of ${describeBytes(totalBytes)} free (${use})`,
      )
      .join("; "),
    problems: disks
      .filter(isNearlyFull)
      .map(({ use, folder }) =>
        temporaryProblem(
          "disk_nearly_full",
          `the disk of ${use} is nearly full: delete what is not needed of its largest files, and nothing of the ${use}`,
          { see: "the-disk-is-full", next: listLargestFiles(folder) },
        ),
      ),
  };
}

/** Less than 100 MB, or less than a twentieth and less than 5 GB; or no room for files. */
function isNearlyFull({ freeBytes, totalBytes, freeFiles, totalFiles }: DiskFacts): boolean {
  return (
    freeBytes < 100e6 ||
    (freeBytes < totalBytes / 20 && freeBytes < 5e9) ||
    (totalFiles > 0 && freeFiles < totalFiles / 100)
  );
}
