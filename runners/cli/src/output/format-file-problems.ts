import type { FileProblem } from "@lmnh/plant-archive";
import { pluralize } from "./pluralize.js";

/** The list can be as long as the archive. */
const maxLines = 20;

/** One line per problem: files with the same problem share a line. */
export function describeProblems(problems: readonly FileProblem[]): string[] {
  const groups = new Map<string, FileProblem[]>();
  for (const problem of problems) {
    const same = problem.reason.replaceAll(problem.key, "");
    const group = groups.get(same) ?? [];
    group.push(problem);
    groups.set(same, group);
  }
  const lines = [...groups.values()].map(describeGroup);
  const more = lines.length - maxLines;
  return more <= 0
    ? lines
    : [...lines.slice(0, maxLines), `${pluralize(more, "more line")} left out; --json has all`];
}

function describeGroup(group: readonly FileProblem[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return "";
  const line = describeProblem(first);
  if (group.length === 1) return line;
  return `${line} (and ${pluralize(group.length - 1, "other file")} likewise, up to ${last.key})`;
}

/** The problem of a file as a line that contains the key once. */
export function describeProblem({ key, reason }: FileProblem): string {
  const text = reason.includes(key) ? reason : `${key}: ${reason}`;
  return text.replace(/\.$/, "");
}
