import type { ArchiveReport, RestoreReport, VerifyReport } from "@lmnh/plant-archive";
import { ExitCode } from "./exit-codes.js";
import { type Outcome, okOutcome } from "./run-outcome.js";

/** The outcome of an archive run. Its reasons are `quarantined`, `problems` and `stopped`. */
export function archiveOutcome({
  quarantined,
  problems,
  complete,
}: Pick<ArchiveReport, "quarantined" | "problems" | "complete">): Outcome {
  const [first] = [...quarantined, ...problems];
  if (first !== undefined) {
    const more = quarantined.length + problems.length - 1;
    const others = more === 0 ? "" : ` (and ${more} more)`;
    const text = `${first.reason.replace(/\.$/, "")}${others}`;
    return quarantined.length > 0
      ? dataError(
          "quarantined",
          `A file differs from what was written: ${text}. It is in quarantine and nothing was deleted. Run again; if the problem persists, the store is not reliable.`,
        )
      : dataError("problems", text);
  }
  return complete ? okOutcome : stopped("The run was stopped. Run again to finish it.");
}

/**
 * The outcome of a verification. Its reasons are `problems`, which `problem` does not repeat, and `stopped`.
 *
 * @param checked the number of files that were checked before it was stopped
 */
export function verifyOutcome({ problems, files, complete }: VerifyReport, checked: number): Outcome {
  const problem = `The verification was stopped after ${checked} of ${files} ${files === 1 ? "file" : "files"}. Run it again to check all files.`;
  if (problems.length > 0) return dataError("problems", complete ? null : problem);
  return complete ? okOutcome : stopped(problem);
}

/** The outcome of a restore. Its reasons are `problems`, which `problem` does not repeat, and `stopped`. */
export function restoreOutcome({ problems, complete }: RestoreReport): Outcome {
  const problem = "The restore was stopped. Run it again to finish it.";
  if (problems.length > 0) return dataError("problems", complete ? null : problem);
  return complete ? okOutcome : stopped(problem);
}

function dataError(reason: string, problem: string | null): Outcome {
  return { outcome: "failed", reason, exitCode: ExitCode.dataError, problem };
}

/** The next run continues where this one was stopped. */
function stopped(problem: string): Outcome {
  return { outcome: "degraded", reason: "stopped", exitCode: ExitCode.temporaryFailure, problem };
}
