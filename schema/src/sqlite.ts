import { access, constants, mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, type SqliteDatabase } from "kysely";
import { driverCodeOf, PlantSchemaError, reasonOf } from "./errors.js";
import type { OpenedDatabase } from "./opened-database.js";
import { immediateSqliteDialect } from "./sqlite-dialect.js";
import type { PlantDatabase } from "./tables.js";

/** The constructor of better-sqlite3, libsql, or whatever has the same API. */
export type SqliteDriver = new (path: string, options?: { readonly?: boolean }) => SqliteDatabase;

export interface OpenSqliteOptions {
  /** `libsql` by default, which has to be installed. */
  readonly driver?: SqliteDriver;
  /** Refuses to write, and to make a file that is not there. `false` by default. */
  readonly readonly?: boolean;
}

/** How long a writer waits for another one, in milliseconds. */
const busyTimeoutMs = 10_000;

/**
 * Opens a SQLite database; the file and its directory are made if they are missing.
 *
 * @param url `sqlite:FILE` or `sqlite::memory:`; FILE is a plain path, and nothing in it is unescaped
 * @throws PlantSchemaError `URL_INVALID`, `DRIVER_MISSING`, `DATABASE_UNREACHABLE`, `DATABASE_INVALID`, `DATABASE_BUSY`
 */
export async function openSqlite(url: string, options: OpenSqliteOptions = {}): Promise<OpenedDatabase> {
  const path = sqlitePath(url);
  const Driver = options.driver ?? (await importLibsql());
  const readonly = options.readonly ?? false;
  if (path !== ":memory:") await prepareFile(path, readonly);

  let database: SqliteDatabase | undefined;
  try {
    const opened = new Driver(path, readonly ? { readonly } : {});
    database = opened;
    await retryWhileBusy(() => setUp(opened, readonly));
  } catch (error) {
    database?.close();
    throw openError(path, error);
  }
  const db = new Kysely<PlantDatabase>({
    dialect: immediateSqliteDialect(database),
  });
  return { db, dialect: "sqlite", schema: null, close: () => db.destroy() };
}

/** The file that a `sqlite:` URL names, as an absolute path, or `:memory:`. */
export function sqlitePath(url: string): string {
  const path = /^sqlite:(?:\/\/(?=\/))?(?<path>[^\0]+)$/s.exec(url)?.groups?.path;
  if (path === undefined)
    throw new PlantSchemaError("URL_INVALID", "abort", "A SQLite URL is sqlite:FILE or sqlite::memory:.");
  // Made absolute, because libsql takes what looks like a web address for one.
  return path === ":memory:" ? path : resolve(path);
}

async function importLibsql(): Promise<SqliteDriver> {
  try {
    return (await import("libsql")).default;
  } catch (cause) {
    throw new PlantSchemaError(
      "DRIVER_MISSING",
      "abort",
      `SQLite needs the driver libsql, which could not be loaded (${reasonOf(cause)}). Run: npm install libsql`,
      { cause },
    );
  }
}

async function prepareFile(path: string, readonly: boolean): Promise<void> {
  try {
    if (readonly) await access(path, constants.R_OK);
    else await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    const advice = readonly
      ? "Check the path, or open it for writing to make it."
      : "Check the path and who may write there.";
    throw new PlantSchemaError(
      "DATABASE_UNREACHABLE",
      "abort",
      `The database ${path} cannot be opened: ${reasonOf(cause)}. ${advice}`,
      { cause },
    );
  }
}

function setUp(database: SqliteDatabase, readonly: boolean): void {
  const pragma = (text: string) => {
    const statement = database.prepare(`PRAGMA ${text}`);
    return statement.reader ? statement.all([]) : statement.run([]);
  };
  pragma(`busy_timeout = ${busyTimeoutMs}`);
  pragma("foreign_keys = ON");
  // A reading that was loaded stays loaded when the power goes, too. NORMAL would only survive a killed process.
  pragma("synchronous = FULL");
  // libsql sorts in memory unless it is told not to: some 77 bytes a row, of a table that may have millions.
  pragma("temp_store = FILE");
  const writesAhead = JSON.stringify(pragma("journal_mode")).includes("wal");
  if (!readonly && !writesAhead) pragma("journal_mode = WAL");
  // libsql opens for writing whatever it is told.
  if (readonly) pragma("query_only = ON");
  // Reads the file, so that one that is no database fails here and not later.
  pragma("schema_version");
}

/** For the way into WAL: when several open a new file at once, SQLite refuses some of them without waiting. */
async function retryWhileBusy(action: () => void): Promise<void> {
  const pauseMs = 50;
  for (let tries = busyTimeoutMs / pauseMs; ; tries--) {
    try {
      action();
      return;
    } catch (error) {
      if (tries <= 0 || !driverCodeOf(error)?.startsWith("SQLITE_BUSY")) throw error;
      await sleep(pauseMs);
    }
  }
}

function openError(path: string, cause: unknown): PlantSchemaError {
  const code = driverCodeOf(cause) ?? "";
  if (code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT"))
    return new PlantSchemaError(
      "DATABASE_INVALID",
      "abort",
      `${path} is not a SQLite database, or is damaged (${reasonOf(cause)}). Name another file, or restore this one.`,
      { cause },
    );
  if (code.startsWith("SQLITE_BUSY"))
    return new PlantSchemaError(
      "DATABASE_BUSY",
      "retry",
      `The database ${path} was locked for ${busyTimeoutMs / 1000} s. Try again, or end the program that holds it.`,
      { cause },
    );
  return new PlantSchemaError(
    "DATABASE_UNREACHABLE",
    "abort",
    `The database ${path} cannot be opened: ${reasonOf(cause)}. Check the path, and that it is a file you may read and write.`,
    { cause },
  );
}
