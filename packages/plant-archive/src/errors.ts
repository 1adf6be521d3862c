import { isPlantError, PlantError, type Recovery } from "@lmnh/plant-schema";

/** An error of an archive: of its options, its object store, its files or the readings to archive. */
export class PlantArchiveError extends PlantError<PlantArchiveErrorCode> {
  /** The name of the class, which minifiers do not change. */
  override readonly name = "PlantArchiveError";
  /** The message without the advice. */
  readonly fact: string;

  /** Makes an error; `message` is one line without secrets, and `fact` its part without the advice. */
  constructor(
    code: PlantArchiveErrorCode,
    recovery: Recovery,
    message: string,
    { fact = message, ...options }: { cause?: unknown; fact?: string | undefined } = {},
  ) {
    super(code, recovery, message, options);
    this.fact = fact;
  }
}

/**
 * - `OPTION_INVALID`: invalid value of an option
 * - `URL_INVALID`: invalid archive URL
 * - `DRIVER_MISSING`: the client of the object store is not installed
 * - `STORE_MISSING`: the bucket or folder does not exist
 * - `STORE_FORBIDDEN`: the object store denies access: permission, key, region or clock
 * - `STORE_UNREACHABLE`: the object store does not respond, or is busy
 * - `STORE_FULL`: the object store is full
 * - `READING_INVALID`: a row of the table has a value that a file cannot contain
 * - `RESTORE_CONFLICT`: a file conflicts with the catalog or the readings of the database
 * - `ARCHIVE_MISMATCH`: the archive belongs to another database
 * - `ARCHIVE_ID_INVALID`: archive.json does not contain the id of the archive
 * - `OBJECT_MISSING`: an object does not exist
 * - `OBJECT_EXISTS`: an object exists and would be overwritten
 * - `READINGS_CHANGED`: the database has other readings than when a file was claimed
 * - `OBJECT_INVALID`: an object is damaged, or not a file of this archive
 */
export type PlantArchiveErrorCode =
  | "OPTION_INVALID"
  | "URL_INVALID"
  | "DRIVER_MISSING"
  | "STORE_MISSING"
  | "STORE_FORBIDDEN"
  | "STORE_UNREACHABLE"
  | "STORE_FULL"
  | "READING_INVALID"
  | "RESTORE_CONFLICT"
  | "ARCHIVE_MISMATCH"
  | "ARCHIVE_ID_INVALID"
  | "OBJECT_MISSING"
  | "OBJECT_EXISTS"
  | "READINGS_CHANGED"
  | "OBJECT_INVALID";

/** Like `instanceof PlantArchiveError`, but also true for an error of another copy of this package. */
export function isPlantArchiveError(error: unknown): error is PlantArchiveError {
  return isPlantError(error) && error.name === "PlantArchiveError";
}

/** Whether an error concerns one object and not the store. */
export function isObjectError(error: unknown): error is PlantArchiveError {
  return isPlantArchiveError(error) && error.code.startsWith("OBJECT_");
}
