/** What a caller should do about an error. */
export type Recovery = "retry" | "skip" | "abort";

/** An error with a stable code. `message` says what happened and what to do next, in one line and without secrets. */
export class PlantSchemaError extends Error {
  readonly code: PlantSchemaErrorCode;
  readonly recovery: Recovery;

  constructor(
    code: PlantSchemaErrorCode,
    recovery: Recovery,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = "PlantSchemaError";
    this.code = code;
    this.recovery = recovery;
  }
}

/**
 * - `URL_INVALID`: a database URL, or a part of one, that cannot be
 * - `DRIVER_MISSING`: the database's driver is not installed
 * - `DATABASE_UNREACHABLE`: the database cannot be opened
 * - `DATABASE_INVALID`: what was opened is not a database
 * - `DATABASE_BUSY`: somebody else held the database for too long
 * - `MIGRATION_EDITED`: a migration that was applied has been changed since
 * - `MIGRATION_UNKNOWN`: the database is newer than this program
 * - `MIGRATION_FAILED`: a migration was tried and undone
 * - `SEED_INVALID`: a seed has issues
 */
export type PlantSchemaErrorCode =
  | "URL_INVALID"
  | "DRIVER_MISSING"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_INVALID"
  | "DATABASE_BUSY"
  | "MIGRATION_EDITED"
  | "MIGRATION_UNKNOWN"
  | "MIGRATION_FAILED"
  | "SEED_INVALID";

/** What went wrong, on one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
}

/** A driver's own code for an error, such as `SQLITE_BUSY` or `ENOENT`. */
export function driverCodeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
