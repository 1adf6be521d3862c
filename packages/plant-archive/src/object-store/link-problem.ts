import type { FileProblem } from "../report/archive-report.js";

/** A symbolic link in an archive, which may lead anywhere: nothing behind it is read or written. */
export function linkProblem(key: string): FileProblem {
  return {
    key,
    reason: `${key} is a symbolic link, and nothing behind it is read or written. Put the folder or file itself in its place, or move the link away.`,
  };
}
