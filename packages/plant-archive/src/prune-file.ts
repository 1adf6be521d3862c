import type { ArchiveFile, ReadFile } from "./archive-file.js";
import { isObjectError } from "./errors.js";
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
): Promise<ReadFile | null> {
  const back = await readBack(
    tools.objects,
    file,
    { rows: file.rows, digest: file.digest ?? "" },
    tools.signal,
  );
  if (back.kind === "verified") return back;
  if (await setFileAside(file, back.reason, tools)) tally.setAside(file, back.reason);
  return null;
}

/**
 * Deletes a file's readings from the database. The store is asked for the object's length and tag right before: an object
 * that is gone or was replaced since it was read back is reported, and nothing is deleted.
 *
 * @returns `false` where the store no longer has what it had when the file was read back
 */
export async function pruneFile(
  { file, tag }: ReadFile,
  { ledger, objects, now }: ArchiveTools,
  tally: ArchiveTally,
): Promise<boolean> {
  const present = await objects.head(file.key).catch((error: unknown) => {
    if (isObjectError(error)) return null;
    throw error;
  });
  if (present === null || present.bytes !== file.bytes || present.tag !== tag) {
    const change = present === null ? "is no longer there" : "was replaced";
    tally.problem(
      file,
      `${file.key} was read back and ${change}: ${objects.name} does not keep what it is given. Its readings stay in the database, and no other file was pruned after this was found. Check the store, then archive again.`,
    );
    return false;
  }
  const outcome = await ledger.prune(file, now());
  if (outcome.kind === "pruned") tally.pruned(file, outcome.rows);
  if (outcome.kind === "changed")
    tally.problem(
      file,
      `the readings of ${file.key} that are in the database (${outcome.rows}) are not what the file holds (${file.rows}): they were changed since. They stay; compare with: plant verify --deep`,
    );
  return true;
}
