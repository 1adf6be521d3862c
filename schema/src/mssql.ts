import { Kysely, MssqlDialect } from "kysely";
import type { ConnectionConfiguration } from "tedious";
import { PlantSchemaError, reasonOf } from "./errors.js";
import { checkMssqlConfig, type MssqlConfig, parseMssqlUrl } from "./mssql-url.js";
import type { OpenedDatabase } from "./opened-database.js";
import type { PlantDatabase } from "./tables.js";

export { type MssqlConfig, parseMssqlUrl } from "./mssql-url.js";

/**
 * Opens a pool of connections to SQL Server. None is made before the first query, so a wrong host or password shows
 * there. The connection is encrypted and the server's certificate checked, unless the URL says otherwise.
 *
 * @param where `mssql://USER:PASSWORD@HOST:1433/DATABASE?encrypt=true&trustServerCertificate=false&schema=dbo`, or its parts
 * @throws PlantSchemaError `URL_INVALID`, `DRIVER_MISSING`
 */
export async function openMssql(where: string | MssqlConfig): Promise<OpenedDatabase> {
  const config = typeof where === "string" ? parseMssqlUrl(where) : checkMssqlConfig(where);
  const { tedious, tarn } = await importDrivers();
  const dialect = new MssqlDialect({
    tarn: { Pool: tarn.Pool, options: { min: 0, max: 4 } },
    tedious: {
      Request: tedious.Request,
      TYPES: tedious.TYPES,
      ISOLATION_LEVEL: tedious.ISOLATION_LEVEL,
      connectionFactory: () => new tedious.Connection(connectionConfiguration(config)),
    },
  });
  const db = new Kysely<PlantDatabase>({ dialect });
  return {
    db: db.withSchema(config.schema),
    dialect: "mssql",
    schema: config.schema,
    close: () => db.destroy(),
  };
}

/** The driver's settings for a server. */
export function connectionConfiguration(config: Required<MssqlConfig>): ConnectionConfiguration {
  return {
    server: config.host,
    authentication: { type: "default", options: { userName: config.user, password: config.password } },
    options: {
      port: config.port,
      database: config.database,
      encrypt: config.encrypt,
      trustServerCertificate: config.trustServerCertificate,
      appName: "plant",
      connectTimeout: 15_000,
      // Longer than a migration waits for its lock, and enough for it to copy the museum's readings.
      requestTimeout: 120_000,
    },
  };
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
