import { isIP } from "node:net";
import type { Connection, ConnectionConfiguration } from "tedious";
import { explainConnectError } from "./connect-errors.js";
import type { CheckedMssqlConfig } from "./connection-url.js";
import type { ServerError } from "./request-errors.js";
import { openMssqlSocket } from "./tls-socket.js";

export type Tedious = typeof import("tedious");

/**
 * Connects and logs in, without a retry.
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
  const serverErrors: ServerError[] = [];
  const onServerError = (error: ServerError) => serverErrors.push(error);
  connection.on("errorMessage", onServerError);
  // Without a listener the event would end the process. The request in progress fails with the same error.
  connection.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => {
      connection.off("errorMessage", onServerError);
      if (error === undefined) resolve();
      else reject(explainConnectError(error, serverErrors, config, timeoutMs));
    });
  });
  return connection;
}

/** The options of tedious. */
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
      // TLS does not allow an IP address as the server name, and Node would print a warning. With a dot at its end Node
      // does not recognize it as an address, and removes the dot for the check of the certificate.
      ...(encrypt && isIP(host) !== 0 && { serverName: `${host}.` }),
      ...(ca !== undefined && { cryptoCredentialsDetails: { ca } }),
      connector: () => openMssqlSocket({ host, port, encrypt }, timeoutMs),
      appName: "plant",
      connectTimeout: timeoutMs,
      // XACT_ABORT: any error ends the transaction, and so does a client that disconnects or cancels.
      abortTransactionOnError: true,
      // The caller decides about retries and about the time-out of requests.
      maxRetriesOnTransientErrors: 0,
      requestTimeout: 0,
    },
  };
}
