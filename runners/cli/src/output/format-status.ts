import { styleText } from "node:util";
import type { StatusReport } from "@lmnh/plant-runtime";

/** A line a topic; those that are not well have a mark, and a line with the next step for each problem. */
export function statusLines({ lines }: Pick<StatusReport, "lines">): string[] {
  const width = Math.max(...lines.map(({ topic }) => topic.length));
  const margin = " ".repeat(2 + width + 2);
  return lines.flatMap(({ topic, text, problems }) => [
    `${problems.length === 0 ? " " : notWellMark} ${topic.padEnd(width)}  ${text}`,
    ...problems.map(
      ({ text, see, next }) =>
        `${margin}${text}${see === null ? "" : ` (${see})`}${next === null ? "" : ` → ${next}`}`,
    ),
  ]);
}

const notWellMark = "!";

/** The mark of a line in colour. The line may have been escaped since. */
export function colorStatusLine(line: string): string {
  return line.startsWith(notWellMark)
    ? `${styleText("red", notWellMark, { validateStream: false })}${line.slice(notWellMark.length)}`
    : line;
}
