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
 * - `OBJECT_MISSING`: an object is not there
 * - `OBJECT_INVALID`: an object is not an archive file, or does not hold what its manifest says
 * - `READINGS_CHANGED`: the database does not give the readings that a file is to hold
 */
export type PlantArchiveErrorCode =
  | "OPTION_INVALID"
  | "URL_INVALID"
  | "DRIVER_MISSING"
  | "STORE_MISSING"
  | "STORE_FORBIDDEN"
  | "STORE_UNREACHABLE"
  | "OBJECT_MISSING"
  | "OBJECT_INVALID"
  | "READINGS_CHANGED";
