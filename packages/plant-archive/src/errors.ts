/** What a caller should do about an error. */
export type Recovery = "retry" | "skip" | "abort";

/** An error with a stable code. `message` says what happened and what to do next, in one line and without secrets. */
export class PlantArchiveError extends Error {
  readonly code: PlantArchiveErrorCode;
  readonly recovery: Recovery;

  constructor(
    code: PlantArchiveErrorCode,
    recovery: Recovery,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = "PlantArchiveError";
    this.code = code;
    this.recovery = recovery;
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

/** What went wrong, on one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
}

/** The code that Node gives to errors of files and networks, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
