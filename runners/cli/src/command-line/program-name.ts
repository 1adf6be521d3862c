import { quoteForShell } from "@lmnh/plant-runtime";
import { commandNames } from "../commands/summaries.js";
import type { Host } from "../host.js";

/** What a user types to start this program: `plant`, `npx plant`, or a path. */
export type ProgramName = string;

/**
 * `npx plant` where the program was started by an npm script, or from the node_modules of the project that the user is in,
 * whose users have no `plant` in their PATH; elsewhere npx does not find it, and the name is the path.
 */
export function programName(host: Pick<Host, "scriptPath" | "environment" | "directory">): ProgramName {
  const { scriptPath, environment } = host;
  const project = /^(?<folder>.*)[\\/]node_modules[\\/]\.bin[\\/][^\\/]+$/.exec(scriptPath)?.groups?.folder;
  if (project !== undefined) return isBelow(project, host) ? "npx plant" : quoteForShell(scriptPath);
  const isLinked = /(?:^|[\\/])plant$/.test(scriptPath);
  return !isLinked && environment.npm_execpath ? "npx plant" : "plant";
}

function isBelow(folder: string, host: Pick<Host, "directory">): boolean {
  try {
    return /^$|^[\\/]/.test(host.directory.slice(folder.length)) && host.directory.startsWith(folder);
  } catch {
    // The working folder was deleted.
    return false;
  }
}

const advised = new RegExp(
  String.raw`(?<=^ *|[:;(→] +|&& +|\b(?:a run or|run|next|see|with|from) )plant (?=(?:${commandNames.join("|")})\b|--help)`,
  "g",
);

/** Replaces `plant migrate` in advice by `npx plant migrate`, or what the program's name is, so that it can be copied. */
export function adviseBy(name: ProgramName, text: string): string {
  return name === "plant" ? text : text.replace(advised, () => `${name} `);
}
