import type { ArchiveFile, VerifiedFile } from "./archive-file.js";
import { readBack } from "./read-back.js";
import { setFileAside } from "./set-file-aside.js";
import type { ArchiveTools } from "./settle-file.js";
import type { ArchiveTally } from "./tally.js";

/**
 * Takes a verified file's readings out of the database. A file that another run has verified is read back once more
 * first: what happened to it since is not known.
 */
export async function pruneFile(
  file: ArchiveFile,
  readBackNow: VerifiedFile | null,
  tools: ArchiveTools,
  tally: ArchiveTally,
): Promise<void> {
  const { ledger, objects, now } = tools;
  let verified = readBackNow;
  if (verified === null) {
    const back = await readBack(objects, file, { rows: file.rows, digest: file.digest ?? "" });
    if (back.kind === "mismatch") {
      if (await setFileAside(file, back.reason, tools)) tally.setAside(file, back.reason);
      return;
    }
    verified = back.file;
  }
  const outcome = await ledger.prune(verified, now());
  if (outcome.kind === "pruned") tally.pruned(verified, outcome.rows);
  if (outcome.kind === "changed")
    tally.problem(
      file,
      `the readings of ${file.key} that are in the database (${outcome.rows}) are not what the file holds (${file.rows}): they were changed since. They stay; compare with: plant verify --deep`,
    );
}
