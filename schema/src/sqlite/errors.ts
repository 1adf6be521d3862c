import { access, constants, open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import {
  driverCodeOf,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
} from "../errors.js";

type FormattedError = readonly [code: PlantSchemaErrorCode, recovery: Recovery, message: string];

/**
 * An error of SQLite's driver as one that names the file, the reason and the next step. Errors of statements and of
 * values (`SQLITE_ERROR`, `SQLITE_CONSTRAINT_…`) are returned as they are.
 *
 * SQLite's result code alone does not separate what has to be told apart: a full disk is `SQLITE_FULL` or one of
 * `SQLITE_IOERR_…`, a read error of the disk (EIO) is `SQLITE_CORRUPT`, and no free file descriptor is
 * `SQLITE_CANTOPEN`. So the file and its disk are examined as well.
 *
 * @param path the database file, absolute, or `:memory:`
 * @param isSound runs SQLite's own check of the content; it may throw
 */
export async function explainSqliteError(
  path: string,
  error: unknown,
  isSound: () => Promise<boolean> = async () => false,
): Promise<unknown> {
  if (error instanceof PlantSchemaError) return error;
  const explanation = await explain(path, error, isSound);
  return explanation === undefined ? error : new PlantSchemaError(...explanation, { cause: error });
}

async function explain(
  path: string,
  error: unknown,
  isSound: () => Promise<boolean>,
): Promise<FormattedError | undefined> {
  const code = driverCodeOf(error);
  const reason = `${reasonOf(error)}, ${code}`;
  switch (/^SQLITE_[A-Z]+/.exec(code)?.[0]) {
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
    case "SQLITE_PROTOCOL":
      return [
        "DATABASE_BUSY",
        "retry",
        `The database ${path} is locked by another program (${reason}). Try again, or end the program that holds it.`,
      ];
    case "SQLITE_FULL":
      return diskFull(path, reason);
    case "SQLITE_IOERR":
      if (await isDiskFull(path)) return diskFull(path, reason);
      return diskFailed(path, reason);
    case "SQLITE_CANTOPEN":
      if (await isDiskFull(path)) return diskFull(path, reason);
      return explainFileError(path, (await findOpenError(path)) ?? error);
    case "SQLITE_READONLY":
    case "SQLITE_PERM":
    case "SQLITE_AUTH":
      return forbidden(path, reason);
    case "SQLITE_CORRUPT":
    case "SQLITE_NOTADB": {
      const readError = await findReadError(path);
      if (readError !== null) return explainFileError(path, readError);
      if (code.startsWith("SQLITE_NOTADB"))
        return [
          "DATABASE_INVALID",
          "abort",
          `${path} is not a SQLite database, or its beginning is damaged (${reason}). Name another file, or put a backup of this one in its place. ${restoreAdvice}`,
        ];
      if (await isSound().catch(() => false)) return diskFailed(path, `a read failed once: ${reason}`);
      return damaged(path, reason);
    }
    default:
      return undefined;
  }
}

/** What an error of the file system means for the database file `path`. */
export function explainFileError(path: string, error: unknown): FormattedError {
  const reason = reasonOf(error);
  switch (driverCodeOf(error)) {
    case "EMFILE":
    case "ENFILE":
      return [
        "DATABASE_UNREACHABLE",
        "retry",
        `The database ${path} cannot be opened: too many open files (${driverCodeOf(error)}). Raise the limit (ulimit -n) and try again.`,
      ];
    case "ENOSPC":
    case "EDQUOT":
      return diskFull(path, reason);
    case "EIO":
    case "ENXIO":
    case "ENODEV":
    case "ESTALE":
    case "ETIMEDOUT":
    case "EBUSY":
    case "EAGAIN":
      return diskFailed(path, reason);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return forbidden(path, reason);
    default:
      return [
        "DATABASE_UNREACHABLE",
        "abort",
        `The database ${path} cannot be opened: ${reason}. Check the path, and that it is a file you may read and write.`,
      ];
  }
}

export function damaged(path: string, reason: string): FormattedError {
  return [
    "DATABASE_DAMAGED",
    "abort",
    `The database ${path} is damaged (${reason}). Stop every program that uses it, and put a backup in the place of ${path}, ${path}-wal and ${path}-shm. ${restoreAdvice}`,
  ];
}

const restoreAdvice =
  "Without a backup: move the files away, make a new database (plant migrate) and load the archived hours into it (plant restore).";

function diskFull(path: string, reason: string): FormattedError {
  return [
    "DATABASE_FULL",
    "retry",
    `The disk of the database ${path} is full (${reason}). What was not committed is undone. Make room and try again.`,
  ];
}

function diskFailed(path: string, reason: string): FormattedError {
  return [
    "DISK_FAILED",
    "retry",
    `The disk of the database ${path} does not read or write (${reason}). What was not committed is undone. Check the disk, its mount and its quota, and try again.`,
  ];
}

function forbidden(path: string, reason: string): FormattedError {
  return [
    "PERMISSION_DENIED",
    "abort",
    `The database ${path} cannot be written (${reason}). Check who may write the file and its folder, and that the disk is not mounted read-only.`,
  ];
}

/** Bytes that SQLite needs to begin: the index of its write-ahead log grows by 32 KiB. */
const leastRoom = 64 * 1024;

async function isDiskFull(path: string): Promise<boolean> {
  const stats = await statfs(dirname(path)).catch(() => null);
  if (stats === null) return false;
  const outOfNames = stats.files > 0 && stats.ffree === 0;
  return outOfNames || stats.bavail * stats.bsize < leastRoom;
}

/** The file, its write-ahead log and that log's index, and one for what the probe itself needs. */
const descriptorsOfDatabase = 4;

/** Why a file that SQLite could not open cannot be opened; `null` where it can. */
async function findOpenError(path: string): Promise<unknown> {
  return (
    (await openError(path, "r+", descriptorsOfDatabase)) ??
    (await access(dirname(path), constants.W_OK).then(
      () => null,
      (error: unknown) => error,
    ))
  );
}

async function openError(path: string, flags: string, times: number): Promise<unknown> {
  const opened = await Promise.allSettled(Array.from({ length: times }, () => open(path, flags)));
  await Promise.all(opened.map((each) => (each.status === "fulfilled" ? each.value.close() : undefined)));
  return opened.find((each) => each.status === "rejected")?.reason ?? null;
}

/** For Node's thread, libsql's library and event loop, and the three files of a database: 13 were enough when counted. */
const descriptorsOfDriver = 24;

/**
 * @throws PlantSchemaError `DATABASE_UNREACHABLE` where this process cannot open enough files for the driver, which would
 *   end the process (Rust's panic) if it found out itself
 */
export async function requireDescriptors(path: string): Promise<void> {
  const error = await openError(process.execPath, "r", descriptorsOfDriver);
  if (/^E[MN]FILE$/.test(driverCodeOf(error)))
    throw new PlantSchemaError(...explainFileError(path, error), { cause: error });
}

/** Why the database file or its write-ahead log cannot be read to the end; `null` where they can, or are not there. */
async function findReadError(path: string): Promise<unknown> {
  const buffer = new Uint8Array(1024 * 1024);
  for (const each of [path, `${path}-wal`])
    try {
      const file = await open(each, "r");
      try {
        for (let at = 0, bytesRead = 1; bytesRead > 0; at += bytesRead)
          ({ bytesRead } = await file.read(buffer, 0, buffer.length, at));
      } finally {
        await file.close();
      }
    } catch (error) {
      if (driverCodeOf(error) !== "ENOENT") return error;
    }
  return null;
}
