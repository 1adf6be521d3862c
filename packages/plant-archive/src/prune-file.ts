import type { ArchiveFile, VerifiedFile } from "./archive-file.js";
import { readBack } from "./read-back.js";
import { setFileAside } from "./set-file-aside.js";
import type { ArchiveTools } from "./settle-file.js";
import type { ArchiveTally } from "./tally.js";

/**
 * Reads a file back that another run has verified, because what happened to it since is not known; `null` where it is
 * not what it was, and set aside.
 */
export async function readBackAgain(
  file: ArchiveFile,
  tools: ArchiveTools,
  tally: ArchiveTally,
): Promise<VerifiedFile | null> {
  const back = await readBack(tools.objects, file, { rows: file.rows, digest: file.digest ?? "" });
  if (back.kind === "verified") return back.file;
  if (await setFileAside(file, back.reason, tools)) tally.setAside(file, back.reason);
  return null;
}

/** Takes a file's readings out of the database. */
export async function pruneFile(
  file: VerifiedFile,
  { ledger, now }: ArchiveTools,
  tally: ArchiveTally,
): Promise<void> {
  const outcome = await ledger.prune(file, now());
  if (outcome.kind === "pruned") tally.pruned(file, outcome.rows);
  if (outcome.kind === "changed")
    tally.problem(
      file,
      `the readings of ${file.key} that are in the database (${outcome.rows}) are not what the file holds (${file.rows}): they were changed since. They stay; compare with: plant verify --deep`,
    );
}
