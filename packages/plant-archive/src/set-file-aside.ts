import type { ArchiveFile } from "./archive-file.js";
import { asideKey } from "./archive-keys.js";
import type { ObjectStore, ReadingLedger } from "./ports.js";

/**
 * Gives a file's readings back to whoever archives next, and then takes its object out of the readers' way. A run that
 * is killed in between leaves the object where it is; the next one moves it.
 *
 * @returns `false` where another archiver took the file to another state first
 */
export async function setFileAside(
  file: ArchiveFile,
  reason: string,
  { ledger, objects }: { readonly ledger: ReadingLedger; readonly objects: ObjectStore },
): Promise<boolean> {
  if (!(await ledger.setAside(file, reason))) return false;
  await objects.move(file.key, asideKey(file.key));
  return true;
}
