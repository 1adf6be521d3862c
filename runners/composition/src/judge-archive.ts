import type { ArchiveReport } from "@lmnh/plant-archive";
import { ExitCode } from "./exit-codes.js";
import type { Verdict } from "./judge-report.js";

/** Whether an archive run was good: every file was read back and is what it should be, and nothing is left. */
export function judgeArchive({ setAside, problems, complete }: ArchiveReport): Verdict {
  const [first] = [...setAside, ...problems];
  if (first !== undefined) {
    const more = setAside.length + problems.length - 1;
    const others = more === 0 ? "" : ` (and ${more} more)`;
    const reason = `${first.reason.replace(/\.$/, "")}${others}`;
    return {
      exitCode: ExitCode.refused,
      problem:
        setAside.length > 0
          ? `Not as it was written: ${reason}. It is set aside and nothing was deleted. Run again; if it stays, the store is not to be trusted.`
          : reason,
    };
  }
  if (!complete)
    return { exitCode: ExitCode.tryAgain, problem: "The run was stopped. Run again to finish it." };
  return { exitCode: ExitCode.done, problem: null };
}
