import type { ArchiveReport, RestoreReport, VerifyReport } from "@lmnh/plant-archive";
import { ExitCode } from "./exit-codes.js";
import { type Outcome, okOutcome } from "./run-outcome.js";

/** The verdict on an archive run: its reasons are `quarantined`, `problems` and `stopped`. */
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
      ? refused(
          "quarantined",
          `Not as it was written: ${text}. It is set aside and nothing was deleted. Run again; if it stays, the store is not to be trusted.`,
        )
      : refused("problems", text);
  }
  return complete ? okOutcome : stopped("The run was stopped. Run again to finish it.");
}

/**
 * The verdict on a verification: its reasons are `findings`, which `problem` does not repeat, and `stopped`.
 *
 * @param looked the files that were checked before it was stopped
 */
export function verifyOutcome({ findings, files, complete }: VerifyReport, looked: number): Outcome {
  const problem = `The verification was stopped after ${looked} of ${files} ${files === 1 ? "file" : "files"}. Run it again to look at all.`;
  if (findings.length > 0) return refused("findings", complete ? null : problem);
  return complete ? okOutcome : stopped(problem);
}

/** The verdict on a restore: its reasons are `problems`, which `problem` does not repeat, and `stopped`. */
export function restoreOutcome({ problems, complete }: RestoreReport): Outcome {
  const problem = "The restore was stopped. Run it again to finish it.";
  if (problems.length > 0) return refused("problems", complete ? null : problem);
  return complete ? okOutcome : stopped(problem);
}

function refused(reason: string, problem: string | null): Outcome {
  return { outcome: "failed", reason, exitCode: ExitCode.dataError, problem };
}

/** What was done stays done, and the next run goes on from there. */
function stopped(problem: string): Outcome {
  return { outcome: "degraded", reason: "stopped", exitCode: ExitCode.temporaryFailure, problem };
}
