import type { OtherEntry } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";

const problems: Readonly<Record<OtherEntry["kind"], string>> = {
  link: "is a symbolic link, which the archive does not follow. Replace it by the folder or file, or move it away.",
  name: "is an unknown file: the archive has no such names (hidden, or with an empty part, a backslash, a control character or bytes that are not UTF-8) and does not read it, though other programs may. Move it away, or rename it to its original name.",
};

export function otherEntryProblem({ kind, name }: OtherEntry): FileProblem {
  return { key: name, reason: `${name} ${problems[kind]}` };
}
