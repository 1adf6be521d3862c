import { PlantError, type Recovery } from "@lmnh/plant-schema";

export class PlantArchiveError extends PlantError<PlantArchiveErrorCode> {
  override readonly name = "PlantArchiveError";
  /** What happened, without what to do next: for who does the next step himself. */
  readonly fact: string;

  constructor(
    code: PlantArchiveErrorCode,
    recovery: Recovery,
    message: string,
    { fact = message, ...options }: { cause?: unknown; fact?: string } = {},
  ) {
    super(code, recovery, message, options);
    this.fact = fact;
  }
}

/**
 * - `OPTION_INVALID`: an option has a value that it cannot have
 * - `URL_INVALID`: an archive URL that cannot be
 * - `DRIVER_MISSING`: the object store's client is not installed
 * - `STORE_MISSING`: the bucket or folder is not there
 * - `STORE_FORBIDDEN`: the object store refuses: no right, wrong key, wrong region, wrong time
 * - `STORE_UNREACHABLE`: the object store does not answer, or is busy
 * - `STORE_FULL`: the object store has no room
 * - `READING_INVALID`: a row of `plant_reading` has a number or a time that no archive file can hold
 * - `RESTORE_CONFLICT`: a file's readings cannot be put back beside what is there
 * - `ARCHIVE_MISMATCH`: database and archive do not belong together
 * - `OBJECT_MISSING`: an object is not there
 * - `OBJECT_EXISTS`: an object is there, and would have to be overwritten
 * - `READINGS_CHANGED`: the database does not give the readings that a file is to hold
 * - `OBJECT_INVALID`: an object is not an archive file, or does not hold what its manifest says
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
  | "OBJECT_MISSING"
  | "OBJECT_EXISTS"
  | "READINGS_CHANGED"
  | "OBJECT_INVALID";

/** Whether an error is about one object, and not about the store. */
export function isObjectError(error: unknown): error is PlantArchiveError {
  return error instanceof PlantArchiveError && error.code.startsWith("OBJECT_");
}
