import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ExitCode, UserError } from "@lmnh/plant-runtime";

/**
 * Replaces a file: a reader sees the old one or the new one. Only the owner can read it.
 *
 * @throws UserError for a folder; the errors of the file system. Nothing is left behind
 */
export function writeCompletely(file: string, content: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(ExitCode.configuration, `${file} is a folder. Name a file in it`);
  const temporary = `${file}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
