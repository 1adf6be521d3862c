import type { Report } from "@lmnh/plant-etl";
import { ExitCode } from "./exit-codes.js";
import type { Runner } from "./settings/setting.js";

export interface Verdict {
  readonly exitCode: ExitCode;
  /** What to say of it; `null` when all is well. */
  readonly problem: string | null;
}

export interface Measure {
  /** Share of the plants asked, 0…1, whose answers may be refused. */
  readonly maxRejected: number;
  /** Share of the plants asked, 0…1, that may be without an answer. */
  readonly maxFailed: number;
  /** Where the answers should have come from, without secrets. */
  readonly sourceName: string;
  /** Whether the run was told to end. */
  readonly stopped: boolean;
  /** Whose settings the advice is about. */
  readonly runner: Runner;
}

/** What can be changed, as each runner says it. */
const words = {
  cli: {
    api: "--api",
    standIn: "; to try without the museum, start one with: plant simulate",
    maxRejected: "--max-rejected",
    maxFailed: "--max-failed",
    moreTime: "allow more time with --deadline",
  },
  lambda: {
    api: "PLANT_API_URL",
    standIn: "",
    maxRejected: "PLANT_MAX_REJECTED",
    maxFailed: "PLANT_MAX_FAILED",
    moreTime: "give the function more time",
  },
} as const satisfies Record<Runner, unknown>;

/** Whether a run was good enough. */
export function judgeReport(report: Report, measure: Measure): Verdict {
  const { maxRejected, maxFailed, sourceName, stopped, runner } = measure;
  const say = words[runner];
  const { asked, failed, rejected, failures, complete } = report;
  const [first] = failures;
  if (asked === 0 && complete)
    return {
      exitCode: ExitCode.refused,
      problem: `${sourceName} gave no answer to load: there was no plant to ask for.`,
    };
  if (first !== undefined && asked === failed && first.code !== "aborted")
    return {
      exitCode: ExitCode.tryAgain,
      problem: `No answer from ${sourceName} (${first.code}: ${first.message}). Check the address (${say.api}) and the network${say.standIn}`,
    };
  if (rejected > asked * maxRejected)
    return {
      exitCode: ExitCode.refused,
      problem: `${rejected} of ${asked} answers were refused, more than the ${formatPercent(maxRejected)} allowed (${say.maxRejected}); they are kept in plant_rejection. Check that ${sourceName} is the plant API.`,
    };
  if (!complete)
    return {
      exitCode: ExitCode.tryAgain,
      problem: stopped
        ? `The run was stopped: ${failed} of ${asked} plants are missing. Run again.`
        : `The run was cut short by its deadline: ${failed} of ${asked} plants are missing. Run again, or ${say.moreTime}.`,
    };
  if (failed > asked * maxFailed)
    return {
      exitCode: ExitCode.tryAgain,
      problem: `${failed} of ${asked} plants are without an answer, more than the ${formatPercent(maxFailed)} allowed (${say.maxFailed}). Run again; if it stays: plant doctor`,
    };
  return { exitCode: ExitCode.done, problem: null };
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}
