import type { Report } from "@lmnh/plant-etl";
import { ExitCode } from "./exit-codes.js";

export interface Verdict {
  readonly exitCode: ExitCode;
  /** What to say of it; `null` when all is well. */
  readonly problem: string | null;
}

/** Whether a run was good enough. `sourceName` says where the answers should have come from, without secrets. */
export function judgeReport(report: Report, maxRejected: number, sourceName: string): Verdict {
  const { asked, failed, rejected, failures, complete } = report;
  const [first] = failures;
  if (first !== undefined && asked === failed && first.code !== "aborted")
    return {
      exitCode: ExitCode.tryAgain,
      problem: `No answer from ${sourceName} (${first.code}: ${first.message}). Check the address (--api) and the network; to try without the museum, start one with: plant simulate`,
    };
  if (rejected > asked * maxRejected)
    return {
      exitCode: ExitCode.refused,
      problem: `${rejected} of ${asked} answers were refused, more than the ${formatPercent(maxRejected)} allowed (--max-rejected); they are kept in plant_rejection. Check that ${sourceName} is the plant API.`,
    };
  if (!complete)
    return {
      exitCode: ExitCode.tryAgain,
      problem: `The run was cut short, by its deadline or by a signal: ${failed} of ${asked} plants are missing. Run again, or allow more time with --deadline.`,
    };
  return { exitCode: ExitCode.done, problem: null };
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}
