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
 * - `DATABASE_MISSING`: the server has no such database, or not for this login
 * - `DATABASE_INVALID`: what was opened is not a database, or has not the tables
 * - `DATABASE_BUSY`: somebody else held the database for too long, or it is throttled; a whole transaction may be tried again
 * - `DATABASE_FULL`: the disk or the log of the database has no room; nothing but making room helps
 * - `DISK_FAILED`: the disk of the database returned an error while reading or writing
 * - `DATABASE_DAMAGED`: the content of the database file is damaged
 * - `DATABASE_REPLACED`: another file has taken the place of the SQLite file while it was open; opening again uses that one
 * - `DATABASE_FILES_LOST`: the SQLite file, or its write-ahead log, was deleted while it was open, or the log of the old
 *   file lies beside a new one
 * - `CONNECTION_LOST`: the connection broke or no answer came; whether the transaction was committed is not known, and a
 *   whole transaction may be tried again
 * - `LOGIN_FAILED`: user or password is wrong
 * - `PERMISSION_DENIED`: the user may not do that
 * - `TLS_FAILED`: the server's certificate is not trusted, or one side wants encryption and the other does not
 * - `DATA_REFUSED`: a value breaks a constraint or does not fit its column
 * - `MIGRATION_EDITED`: a migration that was applied has been changed since
 * - `MIGRATION_UNKNOWN`: the database is newer than this program
 * - `MIGRATION_FAILED`: a migration was tried and undone
 * - `SEED_INVALID`: a seed has issues
 */
export type PlantSchemaErrorCode =
  | "URL_INVALID"
  | "DRIVER_MISSING"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_MISSING"
  | "DATABASE_INVALID"
  | "DATABASE_BUSY"
  | "DATABASE_FULL"
  | "DISK_FAILED"
  | "DATABASE_DAMAGED"
  | "DATABASE_REPLACED"
  | "DATABASE_FILES_LOST"
  | "CONNECTION_LOST"
  | "LOGIN_FAILED"
  | "PERMISSION_DENIED"
  | "TLS_FAILED"
  | "DATA_REFUSED"
  | "MIGRATION_EDITED"
  | "MIGRATION_UNKNOWN"
  | "MIGRATION_FAILED"
  | "SEED_INVALID";

/** What went wrong, on one line. */
export function reasonOf(error: unknown): string {
  const text = hasMessage(error) ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim();
}

function hasMessage(error: unknown): error is { readonly message: string } {
  return (
    typeof error === "object" && error !== null && "message" in error && typeof error.message === "string"
  );
}

/** A driver's own code for an error, such as `SQLITE_BUSY` or `ENOENT`. */
export function driverCodeOf(error: unknown): string | null {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return null;
  // libsql has no names for SQLite's newer codes, such as 779 for an index that contradicts its table.
  const unnamed = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(error.code)?.[1];
  return unnamed === undefined ? error.code : (primaryCodes[Number(unnamed) & 0xff] ?? error.code);
}

/** By SQLite's number; the bits above the lowest eight only say more about the same. */
const primaryCodes: Readonly<Record<number, string>> = {
  3: "SQLITE_PERM",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  19: "SQLITE_CONSTRAINT",
  23: "SQLITE_AUTH",
  26: "SQLITE_NOTADB",
};
