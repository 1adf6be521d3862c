import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type MigrationReport, migrate, type PlantDatabase, PlantSchemaError } from "@lmnh/plant-schema";
import type { SqliteDriver } from "@lmnh/plant-schema/sqlite";
import { quoteForShell } from "../quote-for-shell.js";
import { requireMigrated } from "../require-migrated.js";
import type { ResolvedDatabase } from "../resolve-database.js";
import { defaultDatabase } from "../settings/plant-settings.js";

export interface OpenDatabaseOptions {
  /** SQLite only: writes nothing and creates no file. `false` by default. */
  readonly readonly?: boolean | undefined;
  /** SQLite only: creates the folder of the file. `false` by default, except for the default database. */
  readonly createFolder?: boolean | undefined;
  /** SQLite only: a number for the header of a new file. */
  readonly applicationId?: number | undefined;
  /** SQLite only: how long a statement waits for a lock, milliseconds. */
  readonly lockTimeoutMs?: number | undefined;
  /**
   * SQLite only: loads the driver that runs in the caller's thread, which is blocked while a statement runs. By default
   * libsql runs in a worker thread, which takes longer to start.
   */
  readonly loadSqliteDriver?: (() => Promise<SqliteDriver>) | undefined;
  /** SQL Server only: the time that the server has for a response, milliseconds. */
  readonly requestTimeoutMs?: number | undefined;
  /** Receives each risk of the connection, as a line. */
  readonly onRisk?: ((risk: string) => void) | undefined;
}

/**
 * Whether the database exists; always `true` for SQL Server, which is not connected to.
 *
 * @throws PlantSchemaError `DATABASE_MISSING` if the folder of a SQLite file is missing, unless it is the default database's
 */
export async function databaseExists(database: ResolvedDatabase): Promise<boolean> {
  switch (database.kind) {
    case "mssql":
      return true;
    case "sqlite":
      return await sqliteFileExists(database.url, false);
  }
}

/** Opens the database. A SQLite file that does not exist is created, but not its folder. */
export async function openDatabase(
  database: ResolvedDatabase,
  options: OpenDatabaseOptions = {},
): Promise<PlantDatabase> {
  const {
    readonly = false,
    createFolder = false,
    applicationId,
    lockTimeoutMs,
    loadSqliteDriver,
    requestTimeoutMs,
    onRisk,
  } = options;
  for (const risk of database.risks) onRisk?.(risk);
  // Each driver is loaded only if it is used.
  switch (database.kind) {
    case "mssql": {
      const { openMssqlDatabase } = await import("./mssql.js");
      return await openMssqlDatabase(database, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
    }
    case "sqlite": {
      await sqliteFileExists(database.url, createFolder);
      const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
      // Without a driver, openSqlite loads libsql itself, and explains why it cannot.
      const driver = await loadSqliteDriver?.().catch(() => undefined);
      return await openSqlite(database.url, {
        readonly,
        driver,
        ...(applicationId !== undefined && { applicationId }),
        ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
      });
    }
  }
}

/**
 * `create`: a missing database is created. `create` and `write` migrate the database; `update` changes rows alone; `read`
 * changes nothing.
 */
export type DatabaseAccess = "create" | "write" | "update" | "read";

/**
 * Opens the database with its newest structure.
 *
 * @param onMigrated receives what `create` or `write` has migrated
 * @throws PlantSchemaError `DATABASE_MISSING` if it may not be created; `MIGRATION_PENDING` for `update` and
 *   `read`
 */
export async function openMigratedDatabase(
  database: ResolvedDatabase,
  access: DatabaseAccess,
  onMigrated: (report: MigrationReport) => void,
  options: Omit<OpenDatabaseOptions, "readonly"> = {},
): Promise<PlantDatabase> {
  if (access !== "create" && !(await databaseExists(database)))
    throw new PlantSchemaError(
      "DATABASE_MISSING",
      "abort",
      `${database.name} does not exist. Is its disk mounted? If it is lost, see: plant status. If it is to be new, create it with a run: plant run`,
    );
  const opened = await openDatabase(database, { ...options, readonly: access === "read" });
  try {
    if (access === "read" || access === "update") await requireMigrated(opened, database.name);
    else onMigrated(await migrate(opened));
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function sqliteFileExists(url: string, createFolder: boolean): Promise<boolean> {
  const { sqlitePath } = await import("@lmnh/plant-schema/sqlite");
  const file = sqlitePath(url);
  if (file === ":memory:") return false;
  const folder = dirname(file);
  if (url !== defaultDatabase && !createFolder && !existsSync(folder))
    throw new PlantSchemaError(
      "DATABASE_MISSING",
      "abort",
      `The folder of the database ${url} does not exist. Is its disk mounted? If the folder is to be new, create it: mkdir -p ${quoteForShell(folder)}`,
    );
  return existsSync(file);
}
