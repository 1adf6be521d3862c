import type { OtherEntry } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";

const problems: Readonly<Record<OtherEntry["kind"], string>> = {
  // It may lead anywhere.
  link: "is a symbolic link, and nothing behind it is read or written. Put the folder or file itself in its place, or move the link away.",
  name: "is an unknown file: the archive gives no file such a name (hidden, or with an empty part, a backslash, a control character or bytes that are not UTF-8) and does not read it, though other programs may. Move it away, or give it back the name that it had.",
};

/** What a store has in an archive that is no object. */
export function otherEntryProblem({ kind, name }: OtherEntry): FileProblem {
  return { key: name, reason: `${name} ${problems[kind]}` };
}
