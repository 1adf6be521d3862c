import type { Dialect } from "@lmnh/plant-schema";
import { type MssqlConfig, parseMssqlUrl } from "@lmnh/plant-schema/mssql";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import { defaultDatabase } from "./settings/plant-settings.js";
import { isSet, type Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";
import { type DatabaseValues, databaseSettings } from "./settings/setting-groups.js";
import { databaseUrls, describeForms, kindOfUrl } from "./settings/url-forms.js";

/** The database of the settings, to be opened with `openDatabase`. */
export type ResolvedDatabase = {
  /** Without secrets. */
  readonly name: string;
  /** What the connection is not protected from because of the settings, a line each. */
  readonly risks: readonly string[];
} & (
  | { readonly kind: "sqlite"; readonly url: string }
  | { readonly kind: "mssql"; readonly config: MssqlConfig }
);

export function sqliteDatabase(url: string): ResolvedDatabase {
  return { kind: "sqlite", url, name: url, risks: [] };
}

/**
 * The database of the settings: `database` if it is set, else SQL Server by the DB_ names, else the default file.
 *
 * @throws UserError with the missing DB_ names, DB_HOST included; PlantSchemaError `URL_INVALID`
 */
export function resolveDatabase(values: DatabaseValues, resolved: Resolved<SettingTable>): ResolvedDatabase {
  if (!isSet(resolved, "database")) {
    if (values.dbHost !== undefined) return server(configByName(values, values.dbHost), "by the DB_ names");
    requireHost(resolved);
  }
  const url = values.database;
  const dialect = kindOfUrl(databaseUrls, url);
  if (dialect === undefined)
    throw new UserError(ExitCode.configuration, `The database must be ${describeForms(databaseUrls)}.`);
  return resolvers[dialect](url);
}

const resolvers: Readonly<Record<Dialect, (url: string) => ResolvedDatabase>> = {
  sqlite: sqliteDatabase,
  mssql: (url) => server(parseMssqlUrl(url), "by its URL"),
};

/** With a login or a port a server is meant. Without this check readings would go to the default file unnoticed. */
function requireHost(resolved: Resolved<SettingTable>): void {
  const set = Object.entries(databaseSettings).flatMap(([key, { environment }]) =>
    isSet(resolved, key) ? [environment] : [],
  );
  if (set.length > 0)
    throw new UserError(
      ExitCode.configuration,
      `DB_HOST must be set, because ${set.join(", ")} ${set.length === 1 ? "is" : "are"} and no database is set. For a SQLite file, name it: PLANT_DATABASE=${defaultDatabase}`,
    );
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
      `${missing.join(", ")} must be set, because DB_HOST is and no database is set.`,
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

function server(config: MssqlConfig, origin: string): ResolvedDatabase {
  const { host, port = 1433, database, schema = "dbo" } = config;
  const name = `mssql://${host}:${port}/${database} (schema ${schema}, ${origin})`;
  return { kind: "mssql", config, name, risks: risksOf(config) };
}

function risksOf({ encrypt, trustServerCertificate }: MssqlConfig): string[] {
  if (encrypt === false)
    return ["the connection to the database is not encrypted: anyone on the network can read it"];
  if (trustServerCertificate === true)
    return ["the database server's certificate is not checked: any server can pose as it"];
  return [];
}
