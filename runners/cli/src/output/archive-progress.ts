import type { ArchiveObserver } from "@lmnh/plant-archive";
import type { Host } from "../host.js";
import { describeProblem } from "./format-file-problems.js";
import { describeMs } from "./format-run-report.js";
import type { Output } from "./output.js";
import { pluralize } from "./pluralize.js";

const progressEveryMs = 100;

/** Shows the progress of an archive run. */
export function createArchiveProgress(
  { elapsedMs }: Pick<Host, "elapsedMs">,
  output: Output,
): ArchiveObserver {
  const startedMs = elapsedMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let planned = 0;
  let read = 0;
  let pruned = 0;
  let files = 0;
  const show = () => {
    const nowMs = elapsedMs();
    if (!output.showsProgress || nowMs - shownMs < progressEveryMs) return;
    shownMs = nowMs;
    const passedMs = nowMs - startedMs;
    const rate = Math.round((read / Math.max(passedMs, 1)) * 1000);
    output.progress(
      `archiving: ${read} of ${pluralize(planned, "reading")}, ${rate}/s, ${pluralize(files, "file")} verified, ${pluralize(pruned, "reading")} pruned, ${describeMs(passedMs)}`,
    );
  };
  return (event) => {
    switch (event.type) {
      case "planned":
        for (const { unarchived, claimed } of event.plan.partitions)
          planned += unarchived + claimed.reduce((sum, { rows }) => sum + rows, 0);
        return;
      case "read":
        read += event.rows;
        return show();
      case "verified":
        files += 1;
        output.detail(
          `verified ${event.file.key}: ${pluralize(event.file.rows, "reading")}, ${pluralize(event.file.bytes, "byte")}`,
        );
        return show();
      case "pruned":
        pruned += event.rows;
        output.detail(`pruned ${pluralize(event.rows, "reading")} of ${event.file.key}`);
        return show();
      case "quarantined":
        return output.warn(`quarantined: ${describeProblem({ key: event.file.key, reason: event.reason })}`);
      case "problem":
        return output.warn(describeProblem(event));
      case "summarized":
        return output.detail(`summarized ${event.day}`);
      case "finished":
        return output.progress("");
    }
  };
}
