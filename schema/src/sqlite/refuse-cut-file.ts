import { realpath, stat } from "node:fs/promises";
import { driverCodeOf, PlantSchemaError } from "../errors.js";
import { damaged } from "./errors.js";

/**
 * SQLite takes an empty file for a new database, and deletes the write-ahead log beside it: with the readings in it. An
 * empty file without a log is a new database; whether it was another one before cannot be known.
 *
 * @throws PlantSchemaError `DATABASE_DAMAGED`
 */
export async function refuseEmptiedFile(path: string): Promise<void> {
  if ((await bytesOf(path)) !== 0 || (await logBytesOf(path)) === 0) return;
  // Another program may have made the database between the two looks.
  if ((await bytesOf(path)) === 0)
    throw new PlantSchemaError(
      ...damaged(path, "it is empty, and its write-ahead log is not: SQLite would delete the log"),
    );
}

/**
 * SQLite reads zeros where the last page is not whole, and returns wrong values without an error. What the write-ahead log
 * is still to add is not known here.
 *
 * @param pageBytes the size of this database's pages
 * @throws PlantSchemaError `DATABASE_DAMAGED`
 */
export async function refusePartOfPage(path: string, pageBytes: number): Promise<void> {
  const bytes = await bytesOf(path);
  if (bytes % pageBytes === 0 || (await logBytesOf(path)) > 0) return;
  // Another program may be writing a page.
  if ((await bytesOf(path)) === bytes)
    throw new PlantSchemaError(
      ...damaged(path, `its end is missing: ${bytes} bytes are no whole pages of ${pageBytes}`),
    );
}

async function logBytesOf(path: string): Promise<number> {
  // SQLite follows links: its log lies beside the file that a link leads to.
  return await bytesOf(`${await realpath(path)}-wal`);
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (driverCodeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
