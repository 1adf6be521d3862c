import { realpath, stat } from "node:fs/promises";
import { driverCodeOf, PlantSchemaError } from "../errors.js";
import { damaged } from "./errors.js";

/**
 * SQLite treats an empty file as a new database, and deletes the write-ahead log beside it with the readings in it. An
 * empty file without a log is a new database; what it was before cannot be known.
 *
 * @throws PlantSchemaError `DATABASE_DAMAGED`
 */
export async function refuseEmptiedFile(path: string): Promise<void> {
  if ((await bytesOf(path)) !== 0 || (await logBytesOf(path)) === 0) return;
  // Another program may have created the database since.
  if ((await bytesOf(path)) === 0)
    throw new PlantSchemaError(
      ...damaged(path, "it is empty, and its write-ahead log is not: SQLite would delete the log"),
    );
}

/**
 * SQLite reads zeros for the missing part of the last page, and returns wrong values without an error. With a write-ahead
 * log the file may be incomplete.
 *
 * @param pageBytes the page size of the database
 * @throws PlantSchemaError `DATABASE_DAMAGED`
 */
export async function refusePartOfPage(path: string, pageBytes: number): Promise<void> {
  const bytes = await bytesOf(path);
  if (bytes % pageBytes === 0 || (await logBytesOf(path)) > 0) return;
  // Another program may be writing a page.
  if ((await bytesOf(path)) === bytes)
    throw new PlantSchemaError(
      ...damaged(path, `its end is missing: ${bytes} bytes are not a multiple of the page size ${pageBytes}`),
    );
}

async function logBytesOf(path: string): Promise<number> {
  // SQLite follows links: its log is beside the target of a link.
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
