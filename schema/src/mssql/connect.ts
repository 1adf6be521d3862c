import { isIP } from "node:net";
import type { Connection, ConnectionConfiguration } from "tedious";
import { explainConnectError } from "./connect-errors.js";
import type { CheckedMssqlConfig } from "./connection-url.js";
import type { ServerError } from "./request-errors.js";
import { openMssqlSocket } from "./tls-socket.js";

export type Tedious = typeof import("tedious");

/**
 * Connects and logs in, once.
 *
 * @throws PlantSchemaError `DATABASE_UNREACHABLE`, `LOGIN_FAILED`, `DATABASE_MISSING`, `TLS_FAILED`,
 *   `CONNECTION_LOST`, `DATABASE_BUSY`
 */
export async function connectMssql(
  tedious: Tedious,
  config: CheckedMssqlConfig,
  timeoutMs: number,
): Promise<Connection> {
  const connection = new tedious.Connection(connectionConfiguration(config, timeoutMs));
  const said: ServerError[] = [];
  const listen = (error: ServerError) => said.push(error);
  connection.on("errorMessage", listen);
  // Without a listener such an event ends the process. What it tells, the request under way is told as well.
  connection.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => {
      connection.off("errorMessage", listen);
      if (error === undefined) resolve();
      else reject(explainConnectError(error, said, config, timeoutMs));
    });
  });
  return connection;
}

/** The driver's settings for a server. */
export function connectionConfiguration(
  config: CheckedMssqlConfig,
  timeoutMs: number,
): ConnectionConfiguration {
  const { host, port, database, user, password, encrypt, trustServerCertificate, ca } = config;
  return {
    server: host,
    authentication: { type: "default", options: { userName: user, password } },
    options: {
      port,
      database,
      encrypt,
      trustServerCertificate,
      // As a name an address may not be asked for, and Node would warn of it. With the dot it is no address to it; for the
      // check of the certificate it takes the dot away and looks among the addresses there.
      ...(encrypt && isIP(host) !== 0 && { serverName: `${host}.` }),
      ...(ca !== undefined && { cryptoCredentialsDetails: { ca } }),
      connector: () => openMssqlSocket({ host, port, encrypt }, timeoutMs),
      appName: "plant",
      connectTimeout: timeoutMs,
      // Whoever connects says how often to try again, and how long a request may take.
      maxRetriesOnTransientErrors: 0,
      requestTimeout: 0,
    },
  };
}
