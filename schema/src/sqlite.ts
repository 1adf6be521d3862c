import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, type SqliteDatabase } from "kysely";
import { driverCodeOf, PlantSchemaError, reasonOf } from "./errors.js";
import type { OpenedDatabase } from "./opened-database.js";
import { connectionInThisThread, type SqliteConnection } from "./sqlite-connection.js";
import { sqliteDialect } from "./sqlite-dialect.js";
import { connectionInOwnThread } from "./sqlite-thread.js";
import type { PlantDatabase } from "./tables.js";

/** The constructor of better-sqlite3, libsql, or whatever has the same API. */
export type SqliteDriver = new (path: string, options?: { readonly?: boolean }) => SqliteDatabase;

export interface OpenSqliteOptions {
  /**
   * Runs in the caller's thread, which does nothing else while a statement runs or waits for a lock. Without it,
   * `libsql`, which has to be installed, runs in a thread of its own.
   */
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
  const readonly = options.readonly ?? false;
  if (path !== ":memory:") await prepareFile(path, readonly);

  let sqlite: SqliteConnection | undefined;
  try {
    const opened = await connect(path, readonly, options.driver);
    sqlite = opened;
    await retryWhileBusy(() => setUp(opened, readonly));
  } catch (error) {
    await sqlite?.close();
    throw openError(path, error);
  }
  const { close } = sqlite;
  const db = new Kysely<PlantDatabase>({ dialect: sqliteDialect(sqlite) });
  // Kysely closes only what it has used.
  return { db, dialect: "sqlite", schema: null, close: () => db.destroy().then(close) };
}

/** The file that a `sqlite:` URL names, as an absolute path, or `:memory:`. */
export function sqlitePath(url: string): string {
  const path = /^sqlite:(?:\/\/(?=\/))?(?<path>[^\0]+)$/s.exec(url)?.groups?.path;
  if (path === undefined)
    throw new PlantSchemaError("URL_INVALID", "abort", "A SQLite URL is sqlite:FILE or sqlite::memory:.");
  // Made absolute, because libsql takes what looks like a web address for one.
  return path === ":memory:" ? path : resolve(path);
}

async function connect(path: string, readonly: boolean, Driver?: SqliteDriver): Promise<SqliteConnection> {
  return Driver === undefined
    ? await connectionInOwnThread({ path, readonly })
    : connectionInThisThread(new Driver(path, readonly ? { readonly } : {}));
}

async function prepareFile(path: string, readonly: boolean): Promise<void> {
  try {
    if (readonly) await access(path, constants.R_OK);
    else await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    const advice = readonly
      ? "Check the path, or open it for writing to make it."
      : "Check the path and who may write there.";
    throw unreachable(path, reasonOf(cause), advice, cause);
  }
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw unreachable(path, "it is a folder, not a file", "Name a file in it.");
}

function unreachable(path: string, reason: string, advice: string, cause?: unknown): PlantSchemaError {
  return new PlantSchemaError(
    "DATABASE_UNREACHABLE",
    "abort",
    `The database ${path} cannot be opened: ${reason}. ${advice}`,
    { cause },
  );
}

async function setUp(sqlite: SqliteConnection, readonly: boolean): Promise<void> {
  const pragma = async (text: string) => (await sqlite.execute(`PRAGMA ${text}`, [])).rows;
  await pragma(`busy_timeout = ${busyTimeoutMs}`);
  await pragma("foreign_keys = ON");
  // A reading that was loaded stays loaded when the power goes, too. NORMAL would only survive a killed process.
  await pragma("synchronous = FULL");
  // libsql sorts in memory unless it is told not to: some 77 bytes a row, of a table that may have millions.
  await pragma("temp_store = FILE");
  const writesAhead = JSON.stringify(await pragma("journal_mode")).includes("wal");
  if (!readonly && !writesAhead) await pragma("journal_mode = WAL");
  // libsql opens for writing whatever it is told.
  if (readonly) await pragma("query_only = ON");
  // Reads the file, so that one that is no database fails here and not later.
  await pragma("schema_version");
}

/** For the way into WAL: when several open a new file at once, SQLite refuses some of them without waiting. */
async function retryWhileBusy(action: () => Promise<void>): Promise<void> {
  const pauseMs = 50;
  for (let tries = busyTimeoutMs / pauseMs; ; tries--) {
    try {
      await action();
      return;
    } catch (error) {
      if (tries <= 0 || !driverCodeOf(error)?.startsWith("SQLITE_BUSY")) throw error;
      await sleep(pauseMs);
    }
  }
}

function openError(path: string, cause: unknown): PlantSchemaError {
  const code = driverCodeOf(cause) ?? "";
  // The second where a bundle has left the thread's file behind and does not know where it is itself.
  if (code.endsWith("MODULE_NOT_FOUND") || code === "ERR_INVALID_URL")
    return new PlantSchemaError(
      "DRIVER_MISSING",
      "abort",
      `SQLite needs the driver libsql, which could not be loaded (${reasonOf(cause)}). Run: npm install libsql. A bundle has to hand it over: openSqlite(url, { driver: Libsql }).`,
      { cause },
    );
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
  return unreachable(
    path,
    reasonOf(cause),
    "Check the path, and that it is a file you may read and write.",
    cause,
  );
}
