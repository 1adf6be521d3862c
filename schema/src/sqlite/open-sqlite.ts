import { access, constants, mkdir, open, readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely } from "kysely";
import type { PlantDatabase } from "../database.js";
import { driverCodeOf, isPlantSchemaError, PlantSchemaError, reasonOf } from "../errors.js";
import type { PlantTables } from "../tables.js";
import { connectionInThisThread, type SqliteConnection, type SqliteDriverDatabase } from "./connection.js";
import { noSqliteFiles, watchSqliteFiles } from "./database-files.js";
import { explainFileError, explainSqliteError, requireDescriptors } from "./errors.js";
import { kyselySqliteDialect } from "./kysely-dialect.js";
import { refuseEmptiedFile, refusePartOfPage } from "./refuse-cut-file.js";
import { connectionInOwnThread } from "./worker-client.js";

/** The constructor of better-sqlite3, libsql, or a driver with the same API. */
export type SqliteDriver = new (
  path: string,
  options?: { readonly?: boolean | undefined },
) => SqliteDriverDatabase;

/** Driver, access, header and lock time-out of a SQLite database. */
export interface OpenSqliteOptions {
  /**
   * Runs in the caller's thread, which is blocked while a statement runs. By default `libsql`, which has to be installed,
   * runs in a worker thread.
   *
   * Two drivers in one process do not see each other's locks: open a file with one of them only.
   */
  readonly driver?: SqliteDriver | undefined;
  /** Opens an existing file for reading only. `false` by default. */
  readonly readonly?: boolean | undefined;
  /** Written into the header of the file, as `PRAGMA application_id`; 0 to 2,147,483,647. */
  readonly applicationId?: number | undefined;
  /** How long a statement waits for a lock, in milliseconds. 10,000 by default. */
  readonly lockTimeoutMs?: number | undefined;
}

/** Of a monotonic clock. */
const defaultLockTimeoutMs = 10_000;

/**
 * Opens a SQLite database. A missing file and its directory are created, readable by their owner only. The missing target
 * of a symbolic link is created too, but not its directory.
 *
 * Errors of the driver that concern the file, its disk or its locks are PlantSchemaErrors, now and later; those of
 * statements and values are the driver's. Before each transaction, before each statement outside a transaction, and after
 * each commit, the file at the path has to be the one that was opened, or the error is `DATABASE_REPLACED` or
 * `DATABASE_FILES_LOST`. An error of the file system for the path is `DISK_FAILED` or `PERMISSION_DENIED`.
 *
 * @param url `sqlite:FILE` or `sqlite::memory:`; FILE is a plain path without escapes
 * @throws PlantSchemaError `URL_INVALID`, `DRIVER_MISSING`, `DATABASE_UNREACHABLE`, `DATABASE_INVALID`,
 *   `DATABASE_DAMAGED`, `DATABASE_FULL`, `DISK_FAILED`, `PERMISSION_DENIED`, `DATABASE_BUSY`
 *
 * @example
 * ```ts
 * const database = await openSqlite("sqlite:plants.db");
 * await migrate(database);
 * const plants = await database.db.selectFrom("plant").select(["plant_id", "name"]).execute();
 * await database.close();
 * ```
 */
export async function openSqlite(url: string, options: OpenSqliteOptions = {}): Promise<PlantDatabase> {
  const path = sqlitePath(url);
  const sqlite = await connectSqlite(path, options);
  const { close } = sqlite;
  const files =
    path === ":memory:"
      ? noSqliteFiles
      : await watchSqliteFiles(path).catch(async (error: unknown) => {
          await close().catch(() => undefined);
          throw error;
        });
  const db = new Kysely<PlantTables>({
    dialect: kyselySqliteDialect(withExplainedErrors(sqlite, path), files),
  });
  // Kysely closes a driver only after it has used it.
  return { db, dialect: "sqlite", schema: null, close: () => db.destroy().then(close) };
}

/**
 * The file of a `sqlite:` URL as an absolute path, or `:memory:`.
 *
 * @throws PlantSchemaError `URL_INVALID`
 */
export function sqlitePath(url: string): string {
  const path = /^sqlite:(?:\/\/(?=\/))?(?<path>[^\0]+)$/s.exec(url)?.groups?.path;
  if (path === undefined)
    throw new PlantSchemaError("URL_INVALID", "abort", "A SQLite URL is sqlite:FILE or sqlite::memory:.");
  // Absolute, because libsql treats a path that looks like a web address as one.
  return path === ":memory:" ? path : resolve(path);
}

/** Opens a database. Later errors are the driver's. */
export async function connectSqlite(path: string, options: OpenSqliteOptions): Promise<SqliteConnection> {
  if (path !== ":memory:") await prepareFile(path, options.readonly ?? false);
  return await connectAndSetUp(path, options)
    .catch((error: unknown) => {
      // A single read error of the disk looks like a damaged file; a damaged file fails the second time, too.
      if (!/^SQLITE_(NOTADB|CORRUPT)/.test(driverCodeOf(error))) throw error;
      return connectAndSetUp(path, options);
    })
    .catch(async (error: unknown) => {
      throw await openError(path, error);
    });
}

async function connectAndSetUp(path: string, options: OpenSqliteOptions): Promise<SqliteConnection> {
  const sqlite = withLockWait(
    await connect(path, options.readonly ?? false, options.driver),
    options.lockTimeoutMs ?? defaultLockTimeoutMs,
  );
  try {
    await setUp(sqlite, path, options);
    return sqlite;
  } catch (error) {
    await sqlite.close().catch(() => undefined);
    throw error;
  }
}

async function connect(path: string, readonly: boolean, Driver?: SqliteDriver): Promise<SqliteConnection> {
  requireDescriptors(path);
  if (Driver !== undefined) return connectionInThisThread(new Driver(path, readonly ? { readonly } : {}));
  return await connectionInOwnThread({ path, readonly });
}

async function prepareFile(path: string, readonly: boolean): Promise<void> {
  try {
    if (readonly) await access(path, constants.R_OK);
    else await createFile(path);
    if ((await stat(path)).isDirectory()) throw isFolder(path);
    await refuseEmptiedFile(path);
  } catch (cause) {
    if (isPlantSchemaError(cause)) throw cause;
    if (driverCodeOf(cause) === "EISDIR") throw isFolder(path);
    if (readonly && driverCodeOf(cause) === "ENOENT")
      throw new PlantSchemaError(
        "DATABASE_UNREACHABLE",
        "abort",
        `The database ${path} cannot be opened: ${reasonOf(cause)}. Check the path, or open it for writing to create it.`,
        { cause },
      );
    throw new PlantSchemaError(...explainFileError(path, cause), { cause });
  }
}

/**
 * Creates a missing file, for its owner only: it contains names, addresses and telephone numbers. SQLite gives the
 * write-ahead log the mode of the database file. The mode of an existing file does not change.
 */
async function createFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await createMissingFile(path);
}

async function createMissingFile(path: string): Promise<void> {
  if (!(await createNewFile(path)) && (await isDanglingLink(path))) await createLinkTarget(path);
}

/**
 * Returns `false` if the file exists. An existing file is not opened: closing it would release the locks that SQLite
 * holds on it for other connections of this process.
 */
async function createNewFile(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if (driverCodeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function isDanglingLink(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    if (driverCodeOf(error) === "ENOENT") return true;
    throw error;
  }
}

/** The folder of the target is not created: it may be on a disk that is not mounted. */
async function createLinkTarget(link: string): Promise<void> {
  const target = resolve(await realpath(dirname(link)), await readlink(link));
  try {
    await createMissingFile(target);
  } catch (cause) {
    if (driverCodeOf(cause) !== "ENOENT") throw cause;
    throw new PlantSchemaError(
      "DATABASE_UNREACHABLE",
      "abort",
      `The database ${link} cannot be opened: it is a symbolic link to ${target}, whose folder does not exist. Mount the disk of that folder, create the folder, or correct the link.`,
      { cause },
    );
  }
}

function isFolder(path: string): PlantSchemaError {
  return new PlantSchemaError(
    "DATABASE_UNREACHABLE",
    "abort",
    `The database ${path} cannot be opened: it is a folder, not a file. Name a file in it.`,
  );
}

async function setUp(
  sqlite: SqliteConnection,
  path: string,
  { readonly = false, applicationId }: OpenSqliteOptions,
): Promise<void> {
  const pragma = async (text: string) => (await sqlite.execute(`PRAGMA ${text}`, [])).rows;
  // withLockWait waits for locks. Some drivers set SQLite's own time-out when they open a database.
  await pragma("busy_timeout = 0");
  // Reads the file, so that an invalid one fails here and not later.
  const isEmpty = Number(Object.values((await pragma("schema_version"))[0] ?? {})[0]) === 0;
  if (path !== ":memory:") await refusePartOfPage(path, await pageBytesOf(sqlite));
  // So that `shrinkDatabase` can return pages to the disk. On a file with tables it has no effect, but waits for a writer.
  if (!readonly && isEmpty) await pragma("auto_vacuum = INCREMENTAL");
  // Before the write-ahead log is turned on, so that it is written to the file itself.
  if (applicationId !== undefined) await pragma(`application_id = ${applicationId}`);
  await pragma("foreign_keys = ON");
  // A commit survives a power failure. With NORMAL it would only survive a killed process.
  await pragma("synchronous = FULL");
  // Kibibytes. With SQLite's 2 MB, deleting an hour of readings takes twice the time: its pages do not fit.
  await pragma("cache_size = -8192");
  // libsql sorts in memory by default: some 77 bytes a row, of a table that may have millions.
  await pragma("temp_store = FILE");
  const writesAhead = JSON.stringify(await pragma("journal_mode")).includes("wal");
  if (!readonly && !writesAhead) await pragma("journal_mode = WAL");
  // libsql ignores the option readonly.
  if (readonly) await pragma("query_only = ON");
}

async function pageBytesOf(sqlite: SqliteConnection): Promise<number> {
  const [row] = (await sqlite.execute("PRAGMA page_size", [])).rows as { page_size: number }[];
  return row?.page_size ?? 1;
}

function withExplainedErrors({ execute, close }: SqliteConnection, path: string): SqliteConnection {
  const isSound = async () => {
    const { rows } = await execute("PRAGMA integrity_check(1)", []);
    return JSON.stringify(rows) === JSON.stringify([{ integrity_check: "ok" }]);
  };
  return {
    close,
    execute: (sql, parameters) =>
      execute(sql, parameters).catch(async (error: unknown) => {
        throw await explainSqliteError(path, error, isSound);
      }),
  };
}

/**
 * Retries a statement while another connection holds the lock. SQLite itself would wait in the worker, which then could
 * not be terminated, and does not wait at all while another connection turns on the write-ahead log of a new file.
 */
function withLockWait({ execute, close }: SqliteConnection, lockTimeoutMs: number): SqliteConnection {
  return {
    close,
    async execute(sql, parameters) {
      const startMs = performance.now();
      for (let pauseMs = 1; ; pauseMs = Math.min(50, 2 * pauseMs)) {
        try {
          return await execute(sql, parameters);
        } catch (error) {
          if (performance.now() - startMs >= lockTimeoutMs || !isBusy(error)) throw error;
          await sleep(pauseMs);
        }
      }
    },
  };
}

/**
 * Whether another connection holds the lock. SQLITE_BUSY_SNAPSHOT, too: between the two locks of BEGIN IMMEDIATE another
 * connection has committed.
 */
function isBusy(error: unknown): boolean {
  return driverCodeOf(error).startsWith("SQLITE_BUSY");
}

async function openError(path: string, cause: unknown): Promise<unknown> {
  const code = driverCodeOf(cause);
  // The second in a CJS bundle, which does not contain the worker and has no import.meta.url.
  if (code.endsWith("MODULE_NOT_FOUND") || code === "ERR_INVALID_URL")
    return new PlantSchemaError(
      "DRIVER_MISSING",
      "abort",
      `SQLite needs the driver libsql, which could not be loaded (${reasonOf(cause)}). Run: npm install libsql. In a bundle, pass it as an option: openSqlite(url, { driver: Libsql }).`,
      { cause },
    );
  const explained = await explainSqliteError(path, cause);
  return isPlantSchemaError(explained)
    ? explained
    : new PlantSchemaError(...explainFileError(path, cause), { cause });
}
