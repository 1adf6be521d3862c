import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { OpenedDatabase } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { openSqlite, sqlitePath } from "@lmnh/plant-schema/sqlite";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import type { DatabaseValues } from "./settings/groups.js";
import { defaultDatabase } from "./settings/plant-settings.js";
import type { Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";

/** A database that is known and not open yet. */
export interface DatabaseTarget {
  /** Without secrets. */
  readonly name: string;
  /**
   * `false` for a file that opening it would make.
   *
   * @throws UserError where the file's folder is missing and is not ours to make
   */
  exists(): boolean;
  open(options?: { readonly readonly?: boolean }): Promise<OpenedDatabase>;
}

/** The database that the settings mean: what is given, else SQL Server by the DB_ names, else the default file. */
export function chooseDatabase(values: DatabaseValues, resolved: Resolved<SettingTable>): DatabaseTarget {
  const given = resolved.shown.some(({ key, origin }) => key === "database" && origin !== "default");
  if (!given && values.dbHost !== undefined) return serverByName(values, values.dbHost);
  if (values.database.startsWith("sqlite:")) return sqliteTarget(values.database);
  const url = values.database;
  return { name: nameOfUrl(url), exists: () => true, open: () => openMssql(url) };
}

/** A SQLite database. Its folder has to be there, but for the default's, which is made. */
export function sqliteTarget(url: string): DatabaseTarget {
  const file = sqlitePath(url);
  const exists = () => {
    if (file === ":memory:") return false;
    const folder = dirname(file);
    if (url !== defaultDatabase && !existsSync(folder))
      throw new UserError(
        ExitCode.configuration,
        `The folder of the database ${url} does not exist. Make it: mkdir -p ${quoteForShell(folder)}`,
      );
    return existsSync(file);
  };
  return {
    name: url,
    exists,
    async open(options = {}) {
      exists();
      return await openSqlite(url, options);
    },
  };
}

function serverByName(values: DatabaseValues, host: string): DatabaseTarget {
  const { dbPort, dbUser, dbPassword, dbName, dbSchema } = values;
  if (dbUser === undefined || dbPassword === undefined || dbName === undefined) {
    const missing = Object.entries({ DB_USER: dbUser, DB_PASSWORD: dbPassword, DB_NAME: dbName })
      .filter(([, value]) => value === undefined)
      .map(([name]) => name);
    throw new UserError(
      ExitCode.configuration,
      `${missing.join(", ")} must be set, because DB_HOST is and no database is given.`,
    );
  }
  const config = {
    host,
    port: dbPort,
    user: dbUser,
    password: dbPassword,
    database: dbName,
    schema: dbSchema,
  };
  return {
    name: `mssql://${host}:${dbPort}/${dbName} (schema ${dbSchema}, by the DB_ names)`,
    exists: () => true,
    open: () => openMssql(config),
  };
}

function nameOfUrl(url: string): string {
  if (!URL.canParse(url)) return "mssql://…";
  const { host, pathname } = new URL(url);
  return `mssql://${host}${pathname}`;
}

function quoteForShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
