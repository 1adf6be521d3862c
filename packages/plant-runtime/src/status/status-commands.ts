import { quoteForShell } from "../quote-for-shell.js";
import type { DatabaseFilesFacts, StatusFacts } from "./status-facts.js";

/** The flags of the status that other commands need, too, each as it can be typed in a shell: `--database sqlite:a.db`. */
export interface GivenFlags {
  readonly config?: string | undefined;
  readonly database?: string | undefined;
  readonly archive?: string | undefined;
}

/** The flags of the commands that a status names, but those of `archive` and `doctor`, which have all. */
const flagsOf: Readonly<Record<string, readonly (keyof GivenFlags)[]>> = {
  run: ["config", "database"],
  report: ["config", "database"],
  alert: ["config", "database"],
  migrate: ["config", "database"],
  rejections: ["config", "database"],
};
const allFlags = ["config", "database", "archive"] as const;

/** A command line of `plant`, with the flags that were given. */
export function commandLine(flags: GivenFlags, words: string): string {
  const used = flagsOf[words.split(" ")[0] ?? ""] ?? allFlags;
  return ["plant", words, ...used.flatMap((flag) => flags[flag] ?? [])].join(" ");
}

/**
 * The command line that makes a new database in the place of one that is missing or damaged: the files that are there are
 * moved away, and everything that was archived is loaded. `null` if that is no step for this machine: on a server, or if it
 * is not known whether there is an archive.
 */
export function recoverDatabase(
  { databaseFiles, store }: Pick<StatusFacts, "databaseFiles" | "store">,
  flags: GivenFlags,
  nowMs: number,
): string | null {
  const files = databaseFiles.kind === "known" ? databaseFiles.facts : null;
  if (files === null || store.kind !== "known") return null;
  return [
    ...moveAway(files, nowMs),
    ...(store.facts.hasId
      ? [commandLine(flags, "archive restore --all"), commandLine(flags, "archive --adopt")]
      : [commandLine(flags, "run")]),
  ].join(" && ");
}

function moveAway({ path, folder, isFolderMissing, existing }: DatabaseFilesFacts, nowMs: number): string[] {
  if (isFolderMissing) return [`mkdir -p ${quoteForShell(folder)}`];
  if (existing.length === 0) return [];
  const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "");
  const kept = quoteForShell(`${path}.damaged-${time}`);
  // SQLite creates and deletes the other two with the connections: they may appear or be gone when this is typed.
  const files = [path, `${path}-wal`, `${path}-shm`].map(quoteForShell).join(" ");
  return [`mkdir ${kept}`, `touch ${files}`, `mv ${files} ${kept}`];
}

/** Lists the largest files of the disk that has a folder. */
export function listLargestFiles(folder: string): string {
  return `du -axk "$(df -P ${quoteForShell(folder)} | awk 'END { print $6 }')" | sort -n | tail -20`;
}
