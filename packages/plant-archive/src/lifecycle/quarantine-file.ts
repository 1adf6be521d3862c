import { isObjectError } from "../errors.js";
import type { ArchiveFile } from "../model/archive-file.js";
import { quarantineKey } from "../model/object-keys.js";
import type { ObjectStore, TableCatalog } from "../ports.js";

/**
 * Quarantines a file in the catalog, which releases its rows, and then moves its object away. If the run is killed
 * in between, the next one moves it.
 *
 * @returns `false` if another archiver changed the state first
 */
export async function quarantineFile(
  file: ArchiveFile,
  reason: string,
  { catalog, objects }: { readonly catalog: TableCatalog; readonly objects: ObjectStore },
): Promise<boolean> {
  if (!(await catalog.quarantine(file, reason))) return false;
  // If it cannot be moved, the next run tries again and reports it.
  await moveToQuarantine(file, objects);
  return true;
}

/** Moves the object of a quarantined file. Returns why it could not be moved, or `null`. */
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
