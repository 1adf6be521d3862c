import { readFile } from "node:fs/promises";
import { type Dialect, Kysely, MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler } from "kysely";
import type { PlantDatabase } from "../database.js";
import { isPlantSchemaError, PlantSchemaError, reasonOf } from "../errors.js";
import type { PlantTables } from "../tables.js";
import { connectMssql } from "./connect.js";
import {
  type CheckedMssqlConfig,
  checkMssqlConfig,
  type MssqlConfig,
  parseMssqlUrl,
} from "./connection-url.js";
import { mssqlDriver } from "./driver.js";

/** Time limits of the connections, and where renewed credentials come from. */
export interface OpenMssqlOptions {
  /** Time to connect and log in, milliseconds. 10,000 by default. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long the server may send nothing during a request, milliseconds. 120,000 by default; migrations have their own. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Returns the current user and password. Called if the login fails, which is then tried once more: for credentials that
   * are rotated while the pool is open.
   */
  readonly renewLogin?: (() => Promise<MssqlLogin>) | undefined;
}

/** The user and password of a SQL Server login. */
export type MssqlLogin = Pick<MssqlConfig, "user" | "password">;

/**
 * Opens a pool of connections to SQL Server and makes the first connection, so that a wrong host or password fails here.
 * By default connections are encrypted and the certificate of the server is verified.
 *
 * @param where `mssql://USER:PASSWORD@HOST:1433/DATABASE?encrypt=true&trustServerCertificate=false&caFile=FILE&schema=dbo`,
 *   or its parts
 * @throws PlantSchemaError `URL_INVALID`, `DRIVER_MISSING`, `DATABASE_UNREACHABLE`, `DATABASE_MISSING`, `LOGIN_FAILED`,
 *   `TLS_FAILED`, `CONNECTION_LOST`, `DATABASE_BUSY`
 *
 * @example
 * ```ts
 * const database = await openMssql("mssql://plant_etl:PASSWORD@db.example.org:1433/plants");
 * const plants = await database.db.selectFrom("plant").select(["plant_id", "name"]).execute();
 * await database.close();
 * ```
 */
export async function openMssql(
  where: string | MssqlConfig,
  { connectTimeoutMs = 10_000, requestTimeoutMs = 120_000, renewLogin }: OpenMssqlOptions = {},
): Promise<PlantDatabase> {
  const config = await readAuthorities(
    typeof where === "string" ? parseMssqlUrl(where) : checkMssqlConfig(where),
  );
  const { tedious, tarn } = await importDrivers();
  let login: MssqlLogin = config;
  const connect = ({ user, password }: MssqlLogin) =>
    connectMssql(tedious, { ...config, user, password }, connectTimeoutMs);
  const makeConnection = async () => {
    try {
      return await connect(login);
    } catch (error) {
      if (renewLogin === undefined || !isLoginFailure(error)) throw error;
      login = await renewLogin();
      return await connect(login);
    }
  };
  let first: Awaited<ReturnType<typeof makeConnection>> | undefined = await makeConnection();
  const driver = mssqlDriver({
    tedious,
    tarn,
    requestTimeoutMs,
    async connect() {
      const connection = first ?? (await makeConnection());
      first = undefined;
      return connection;
    },
  });
  const dialect: Dialect = {
    createAdapter: () => new MssqlAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new MssqlIntrospector(db),
    createQueryCompiler: () => new MssqlQueryCompiler(),
  };
  const db = new Kysely<PlantTables>({ dialect }).withSchema(config.schema);
  return {
    db,
    dialect: "mssql",
    schema: config.schema,
    async close() {
      first?.close();
      await db.destroy();
    },
  };
}

function isLoginFailure(error: unknown): boolean {
  return isPlantSchemaError(error) && error.code === "LOGIN_FAILED";
}

async function readAuthorities({ caFile, ...config }: CheckedMssqlConfig): Promise<CheckedMssqlConfig> {
  if (caFile === undefined) return config;
  try {
    return { ...config, ca: await readFile(caFile, "utf8") };
  } catch (cause) {
    throw new PlantSchemaError(
      "URL_INVALID",
      "abort",
      `The certificate file ${caFile} cannot be read: ${reasonOf(cause)}. Check the path (caFile).`,
      { cause },
    );
  }
}

async function importDrivers() {
  try {
    const [tedious, tarn] = await Promise.all([import("tedious"), import("tarn")]);
    return { tedious, tarn };
  } catch (cause) {
    throw new PlantSchemaError(
      "DRIVER_MISSING",
      "abort",
      `SQL Server needs the drivers tedious and tarn, which could not be loaded (${reasonOf(cause)}). Run: npm install tedious tarn`,
      { cause },
    );
  }
}
