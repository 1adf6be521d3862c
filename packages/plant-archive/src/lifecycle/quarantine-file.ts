import { isObjectError } from "../errors.js";
import type { ArchiveFile } from "../model/archive-file.js";
import { quarantineKey } from "../model/object-keys.js";
import type { ArchiveCatalog, ObjectStore } from "../ports.js";

/**
 * Gives a file's readings back to whoever archives next, and then takes its object out of the readers' way. A run that
 * is killed in between leaves the object where it is; the next one moves it.
 *
 * @returns `false` where another archiver took the file to another state first
 */
export async function quarantineFile(
  file: ArchiveFile,
  reason: string,
  { catalog, objects }: { readonly catalog: ArchiveCatalog; readonly objects: ObjectStore },
): Promise<boolean> {
  if (!(await catalog.quarantine(file, reason))) return false;
  // Where it cannot be moved, the next run tries it first of all and names it.
  await moveToQuarantine(file, objects);
  return true;
}

/** Moves the object of a file that was set aside; why that cannot be, or `null`. */
export async function moveToQuarantine(
  { key }: Pick<ArchiveFile, "key">,
  objects: ObjectStore,
): Promise<string | null> {
  try {
    await objects.move(key, quarantineKey(key));
    return null;
  } catch (error) {
    if (!isObjectError(error)) throw error;
    return error.code === "OBJECT_EXISTS" ? error.message : `${error.fact}. Move it away.`;
  }
}
