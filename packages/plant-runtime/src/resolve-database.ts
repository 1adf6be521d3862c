import { type MssqlConfig, parseMssqlUrl } from "@lmnh/plant-schema/mssql";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import { type DatabaseValues, databaseSettings } from "./settings/groups.js";
import { defaultDatabase } from "./settings/plant-settings.js";
import { isGiven, type Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";

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
 * The database that the settings mean: what is given, else SQL Server by the DB_ names, else the default file.
 *
 * @throws UserError naming the DB_ names that are missing, DB_HOST as well; PlantSchemaError `URL_INVALID` for a URL that cannot be
 */
export function resolveDatabase(values: DatabaseValues, resolved: Resolved<SettingTable>): ResolvedDatabase {
  if (!isGiven(resolved, "database")) {
    if (values.dbHost !== undefined) return server(configByName(values, values.dbHost), "by the DB_ names");
    refuseWithoutHost(resolved);
  }
  const url = values.database;
  return url.startsWith("sqlite:") ? sqliteDatabase(url) : server(parseMssqlUrl(url), "by its URL");
}

/** Whoever sets a login or a port means a server: readings would go to the default file, and nobody would notice. */
function refuseWithoutHost(resolved: Resolved<SettingTable>): void {
  const given = Object.entries(databaseSettings).flatMap(([key, { environment }]) =>
    isGiven(resolved, key) ? [environment] : [],
  );
  if (given.length > 0)
    throw new UserError(
      ExitCode.configuration,
      `DB_HOST must be set, because ${given.join(", ")} ${given.length === 1 ? "is" : "are"} and no database is given. For a SQLite file, name it: PLANT_DATABASE=${defaultDatabase}`,
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

function server(config: MssqlConfig, origin: string): ResolvedDatabase {
  const { host, port = 1433, database, schema = "dbo" } = config;
  const name = `mssql://${host}:${port}/${database} (schema ${schema}, ${origin})`;
  return { kind: "mssql", config, name, risks: risksOf(config) };
}

function risksOf({ encrypt, trustServerCertificate }: MssqlConfig): string[] {
  if (encrypt === false)
    return ["the connection to the database is not encrypted: who listens can read it all"];
  if (trustServerCertificate === true)
    return ["the database server's certificate is not checked: whoever answers is taken for it"];
  return [];
}
