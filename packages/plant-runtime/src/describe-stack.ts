import { redact } from "./settings/redact.js";

const maxCauses = 5;
const maxFrames = 50;

/** The stacks of an error and of its causes as lines, without secrets. A message is always one line. */
export function describeStack(error: unknown): string[] {
  const lines: string[] = [];
  for (let at = error, depth = 0; at !== undefined && at !== null && depth <= maxCauses; depth++) {
    const title = at instanceof Error ? `${at.name}: ${at.message}` : String(at);
    lines.push(redact(`${depth === 0 ? "" : "caused by "}${title}`));
    if (!(at instanceof Error)) break;
    lines.push(...framesOf(at));
    at = at.cause;
  }
  return lines;
}

function framesOf({ stack = "", message }: Error): string[] {
  // A message can contain lines that look like frames.
  const start = Math.max(0, stack.indexOf(message)) + message.length;
  const frames = stack
    .slice(start)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return frames.slice(0, maxFrames).map((line) => redact(line));
}
