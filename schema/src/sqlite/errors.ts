import { closeSync, openSync } from "node:fs";
import { access, constants, open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import {
  driverCodeOf,
  isPlantSchemaError,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
} from "../errors.js";

type FormattedError = readonly [code: PlantSchemaErrorCode, recovery: Recovery, message: string];

/**
 * Explains an error of SQLite's driver with the file, the reason and the next step. Errors of statements and of values
 * (`SQLITE_ERROR`, `SQLITE_CONSTRAINT_…`) are returned as they are, except for a table that is missing.
 *
 * SQLite's result code is ambiguous: a full disk is `SQLITE_FULL` or one of `SQLITE_IOERR_…`, a read error of the disk
 * (EIO) is `SQLITE_CORRUPT`, and a lack of file descriptors is `SQLITE_CANTOPEN`. So the file and its disk are examined.
 *
 * @param path the database file, absolute, or `:memory:`
 * @param isSound runs SQLite's integrity check; it may throw
 */
export async function explainSqliteError(
  path: string,
  error: unknown,
  isSound: () => Promise<boolean> = async () => false,
): Promise<unknown> {
  if (isPlantSchemaError(error)) return error;
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
        `The database ${path} is locked by another program (${reason}). Try again, or stop the program that holds the lock.`,
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
          `${path} is not a SQLite database, or its beginning is damaged (${reason}). Name another file, or put a backup of this one in its place.`,
        ];
      if (await isSound().catch(() => false)) return diskFailed(path, `a read failed once: ${reason}`);
      return damaged(path, reason);
    }
    default:
      return missingTable(path, error);
  }
}

/** SQLite has no code of its own for it. */
function missingTable(path: string, error: unknown): FormattedError | undefined {
  const reason = reasonOf(error);
  if (!/^no such table: /.test(reason)) return undefined;
  return ["SCHEMA_MISSING", "abort", `The database ${path} has not been migrated (${reason}).`];
}

/** Explains an error of the file system for the database file `path`. */
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
        `The database ${path} cannot be opened: ${reason}. Check the path, and the permissions of the file.`,
      ];
  }
}

export function damaged(path: string, reason: string): FormattedError {
  return [
    "DATABASE_DAMAGED",
    "abort",
    `The database ${path} is damaged (${reason}). Stop every program that uses it, and replace ${path}, ${path}-wal and ${path}-shm with a backup.`,
  ];
}

function diskFull(path: string, reason: string): FormattedError {
  return [
    "DATABASE_FULL",
    "retry",
    `The disk of the database ${path} is full (${reason}). Uncommitted changes were rolled back. Free space and try again.`,
  ];
}

function diskFailed(path: string, reason: string): FormattedError {
  return [
    "DISK_FAILED",
    "retry",
    `The disk of the database ${path} fails to read or write (${reason}). Uncommitted changes were rolled back. Check the disk, its mount and its quota, and try again.`,
  ];
}

function forbidden(path: string, reason: string): FormattedError {
  return [
    "PERMISSION_DENIED",
    "abort",
    `The database ${path} cannot be written (${reason}). Check the permissions of the file and its folder, and that the disk is not mounted read-only.`,
  ];
}

/** Free bytes that SQLite needs to start: the index of its write-ahead log grows by 32 KiB. */
const minFreeBytes = 64 * 1024;

async function isDiskFull(path: string): Promise<boolean> {
  const stats = await statfs(dirname(path)).catch(() => null);
  if (stats === null) return false;
  const outOfInodes = stats.files > 0 && stats.ffree === 0;
  return outOfInodes || stats.bavail * stats.bsize < minFreeBytes;
}

/** The file, its write-ahead log, the index of that log, and one for the check itself. */
const descriptorsOfDatabase = 4;

/** The error of opening the file, which SQLite could not open; `null` if it can be opened. */
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

/** For a worker thread, libsql's library and event loop, and the three files of a database: 13 in a measurement. */
const descriptorsOfDriver = 24;

/**
 * @throws PlantSchemaError `DATABASE_UNREACHABLE` if the process cannot open enough files for the driver, which would
 *   abort the process (a Rust panic)
 */
export function requireDescriptors(path: string): void {
  const opened: number[] = [];
  try {
    while (opened.length < descriptorsOfDriver) opened.push(openSync(process.execPath, "r"));
  } catch (error) {
    if (/^E[MN]FILE$/.test(driverCodeOf(error)))
      throw new PlantSchemaError(...explainFileError(path, error), { cause: error });
  } finally {
    for (const each of opened) closeSync(each);
  }
}

/** The error of reading the database file and its write-ahead log; `null` if both can be read or do not exist. */
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
