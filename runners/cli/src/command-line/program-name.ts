import { commandNames } from "../commands/summaries.js";
import type { Host } from "../host.js";

/** The command that starts this program. */
export type ProgramName = "plant" | "npx plant";

/**
 * `npx plant` where the program was started from a project's node_modules or by an npm script, whose users have no
 * `plant` in their PATH.
 */
export function programName({
  scriptPath,
  environment,
}: Pick<Host, "scriptPath" | "environment">): ProgramName {
  if (/[\\/]node_modules[\\/]\.bin[\\/][^\\/]+$/.test(scriptPath)) return "npx plant";
  const isLinked = /(?:^|[\\/])plant$/.test(scriptPath);
  return !isLinked && environment.npm_execpath ? "npx plant" : "plant";
}

const advised = new RegExp(
  String.raw`(?<=^ *|[:;(→] +|&& +|\b(?:a run or|run|next|see|with|from) )plant (?=(?:${commandNames.join("|")})\b|--help)`,
  "g",
);

/** Replaces `plant migrate` by `npx plant migrate` in advice if that is the program's name, so that it can be copied. */
export function adviseBy(name: ProgramName, text: string): string {
  return name === "plant" ? text : text.replace(advised, `${name} `);
}
