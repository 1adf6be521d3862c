import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { OpenedDatabase } from "@lmnh/plant-schema";
import { type MssqlConfig, openMssql, parseMssqlUrl } from "@lmnh/plant-schema/mssql";
import { openSqlite, sqlitePath } from "@lmnh/plant-schema/sqlite";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import type { Output } from "./output/output.js";
import { quoteForShell } from "./output/quote-for-shell.js";
import type { DatabaseValues } from "./settings/groups.js";
import { defaultDatabase } from "./settings/plant-settings.js";
import type { Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";

/** A database that is known and not open yet. */
export interface DatabaseTarget {
  /** Without secrets. */
  readonly name: string;
  /** What its connection is not protected from, because the settings say so. `open` warns of them. */
  readonly risks: readonly string[];
  /**
   * `false` for a file that opening it would make.
   *
   * @throws UserError where the file's folder is missing and is not ours to make
   */
  exists(): boolean;
  open(options?: OpenOptions): Promise<OpenedDatabase>;
}

export interface OpenOptions {
  /** SQLite only: writes nothing, and makes no file. */
  readonly readonly?: boolean;
  /** SQL Server only: how long it may be silent about a request, milliseconds. */
  readonly requestTimeoutMs?: number;
}

/** The database that the settings mean: what is given, else SQL Server by the DB_ names, else the default file. */
export function chooseDatabase(
  values: DatabaseValues,
  resolved: Resolved<SettingTable>,
  output: Output,
): DatabaseTarget {
  const given = resolved.shown.some(({ key, origin }) => key === "database" && origin !== "default");
  if (!given && values.dbHost !== undefined)
    return serverTarget(configByName(values, values.dbHost), "by the DB_ names", output);
  if (values.database.startsWith("sqlite:")) return sqliteTarget(values.database);
  return serverTarget(parseMssqlUrl(values.database), "by its URL", output);
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
    risks: [],
    exists,
    async open({ readonly = false } = {}) {
      exists();
      return await openSqlite(url, { readonly });
    },
  };
}

function configByName(values: DatabaseValues, host: string): MssqlConfig {
  const { dbPort, dbUser, dbPassword, dbName, dbSchema, dbEncrypt, dbTrustServerCertificate, dbCaFile } =
    values;
  if (dbUser === undefined || dbPassword === undefined || dbName === undefined) {
    const missing = Object.entries({ DB_USER: dbUser, DB_PASSWORD: dbPassword, DB_NAME: dbName })
      .filter(([, value]) => value === undefined)
      .map(([name]) => name);
    throw new UserError(
      ExitCode.configuration,
      `${missing.join(", ")} must be set, because DB_HOST is and no database is given.`,
    );
  }
  return {
    host,
    port: dbPort,
    user: dbUser,
    password: dbPassword,
    database: dbName,
    schema: dbSchema,
    encrypt: dbEncrypt,
    trustServerCertificate: dbTrustServerCertificate,
    ...(dbCaFile !== undefined && { caFile: dbCaFile }),
  };
}

function serverTarget(config: MssqlConfig, origin: string, output: Output): DatabaseTarget {
  const { host, port = 1433, database, schema = "dbo" } = config;
  const risks = risksOf(config);
  return {
    name: `mssql://${host}:${port}/${database} (schema ${schema}, ${origin})`,
    risks,
    exists: () => true,
    open({ requestTimeoutMs } = {}) {
      for (const risk of risks) output.warn(risk);
      return openMssql(config, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
    },
  };
}

function risksOf({ encrypt, trustServerCertificate }: MssqlConfig): string[] {
  if (encrypt === false)
    return ["the connection to the database is not encrypted: who listens can read it all"];
  if (trustServerCertificate === true)
    return ["the database server's certificate is not checked: whoever answers is taken for it"];
  return [];
}
