/**
 * What a caller can do about an error: `retry` the work later, `skip` this item and go on, or `abort` until a person has
 * acted.
 */
export type Recovery = "retry" | "skip" | "abort";

/** What an error has besides its code, recovery and message. */
export interface PlantErrorOptions {
  /** The error that caused this one, of any type; none by default. */
  readonly cause?: unknown;
  /** The facts of the message, for programs. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const brand = Symbol.for("@lmnh/plant-schema/PlantError");

/** The base class of the errors of every package. `message` is one line without secrets. */
export class PlantError<Code extends string = string> extends Error {
  /** A stable identifier of the kind of error, such as `DATABASE_BUSY`. */
  readonly code: Code;
  /** What the caller can do: repeat the work, leave this item out, or stop. */
  readonly recovery: Recovery;
  /** The facts of the message, for programs, such as the `number` of an error of SQL Server; absent if there are none. */
  declare readonly details?: Readonly<Record<string, unknown>> | undefined;

  /** Makes an error; `message` is one line without secrets. */
  constructor(code: Code, recovery: Recovery, message: string, { cause, details }: PlantErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PlantError";
    this.code = code;
    this.recovery = recovery;
    if (details !== undefined) this.details = details;
  }

  /** Marks the errors of every copy of this package, for `isPlantError`. */
  get [brand](): true {
    return true;
  }
}

/** Like `instanceof PlantError`, but also true for an error of another copy of this package. */
export function isPlantError(error: unknown): error is PlantError {
  return error instanceof Error && brand in error;
}

/** An error of a database, its URL, its migrations, a backup or a seed. */
export class PlantSchemaError extends PlantError<PlantSchemaErrorCode> {
  /** The name of the class, which minifiers do not change. */
  override readonly name = "PlantSchemaError";
}

/** Like `instanceof PlantSchemaError`, but also true for an error of another copy of this package. */
export function isPlantSchemaError(error: unknown): error is PlantSchemaError {
  return isPlantError(error) && error.name === "PlantSchemaError";
}

/**
 * - `URL_INVALID`: a database URL, or a part of one, is invalid
 * - `DRIVER_MISSING`: the database's driver is not installed
 * - `DATABASE_UNREACHABLE`: the database cannot be opened
 * - `DATABASE_MISSING`: the server does not have the database, or the login has no access to it
 * - `DATABASE_INVALID`: the file is not a database
 * - `SCHEMA_MISSING`: the database has not been migrated: it does not have the tables, or the schema that holds them
 * - `DATABASE_BUSY`: a lock time-out, a deadlock or throttling; the transaction can be retried
 * - `DATABASE_FULL`: the disk or the log of the database is full
 * - `DISK_FAILED`: the disk of the database returned an error while reading or writing
 * - `DATABASE_DAMAGED`: the content of the database file is damaged
 * - `DATABASE_REPLACED`: another file replaced the SQLite file while it was open; opening again uses the new file
 * - `DATABASE_FILES_LOST`: the SQLite file, or its write-ahead log, was deleted while it was open, or the log of the old
 *   file is beside a new one
 * - `CONNECTION_LOST`: the connection was lost or the server did not respond; the transaction may have been committed, and
 *   can be retried
 * - `LOGIN_FAILED`: user or password is wrong
 * - `PERMISSION_DENIED`: the user lacks a permission
 * - `TLS_FAILED`: the certificate is not trusted, or only one side requires encryption
 * - `CONSTRAINT_VIOLATION`: a value violates a constraint or does not fit its column
 * - `SCHEMA_UNKNOWN`: the migration history is not that of this version: a newer, an older unreleased or a modified version
 *   made the tables
 * - `BACKUP_EXISTS`: the file of a backup exists, and is not to be replaced
 * - `BACKUP_REFUSED`: the file of a backup is in use, is no database, cannot be one, or has no folder
 * - `MIGRATION_PENDING`: the database is older than this program, which may not migrate it
 * - `MIGRATION_FAILED`: a migration failed and was rolled back
 * - `SEED_INVALID`: a seed has issues
 */
export type PlantSchemaErrorCode =
  | "URL_INVALID"
  | "DRIVER_MISSING"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_MISSING"
  | "DATABASE_INVALID"
  | "SCHEMA_MISSING"
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
  | "CONSTRAINT_VIOLATION"
  | "SCHEMA_UNKNOWN"
  | "BACKUP_EXISTS"
  | "BACKUP_REFUSED"
  | "MIGRATION_PENDING"
  | "MIGRATION_FAILED"
  | "SEED_INVALID";

/** The message of an error on one line. */
export function reasonOf(error: unknown): string {
  const text = hasMessage(error) ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim();
}

function hasMessage(error: unknown): error is { readonly message: string } {
  return (
    typeof error === "object" && error !== null && "message" in error && typeof error.message === "string"
  );
}

/** The code of an error, such as `ENOENT` or `DATABASE_BUSY`; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** As `codeOf`, with the names of SQLite for the codes that libsql has no name for. */
export function driverCodeOf(error: unknown): string {
  const code = codeOf(error);
  // Such as 779 for an index that contradicts its table.
  const unnamed = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code)?.[1];
  return unnamed === undefined ? code : (primaryCodes[Number(unnamed) & 0xff] ?? code);
}

/** By SQLite's number. The bits above the lowest eight are the extended code. */
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
