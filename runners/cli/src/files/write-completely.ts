import { chmodSync, renameSync, writeFileSync } from "node:fs";

/** Replaces a file: a reader sees the old one or the new one. Only the owner can read it. */
export function writeCompletely(file: string, content: string): void {
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
