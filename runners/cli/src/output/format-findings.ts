import { pluralize } from "./pluralize.js";

export interface Finding {
  readonly key: string;
  readonly problem: string;
}

/** Lines that are printed at most; a list of what is wrong can be as long as the archive. */
const maxLines = 20;

/** What is wrong with files, a line for each problem and not for each file. */
export function describeFindings(findings: readonly Finding[]): string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const same = finding.problem.replaceAll(finding.key, "");
    const group = groups.get(same) ?? [];
    group.push(finding);
    groups.set(same, group);
  }
  const lines = [...groups.values()].map(describeGroup);
  const more = lines.length - maxLines;
  return more <= 0
    ? lines
    : [...lines.slice(0, maxLines), `${pluralize(more, "more line")} left out; --json has all`];
}

function describeGroup(group: readonly Finding[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return "";
  const line = describeFinding(first.key, first.problem);
  if (group.length === 1) return line;
  return `${line} (and ${pluralize(group.length - 1, "other file")} likewise, up to ${last.key})`;
}

/** What is wrong with a file, which is named once. */
export function describeFinding(key: string, problem: string): string {
  const text = problem.includes(key) ? problem : `${key}: ${problem}`;
  return text.replace(/\.$/, "");
}
