import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection, Request } from "tedious";

export interface TestMssqlDatabase {
  /** For `openMssql`, with user and password. */
  readonly url: string;
  /** Drops the database and closes the connections to it. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database with a random name for a test.
 *
 * @param serverUrl `mssql://…/master?encrypt=…&trustServerCertificate=…`; the login needs the permission to create databases
 */
export async function createMssqlDatabase(serverUrl: string): Promise<TestMssqlDatabase> {
  const name = `plant_test_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `CREATE DATABASE [${name}]`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      // Not every server supports it. There, the sessions of closed clients end a little later.
      await onServer(serverUrl, `ALTER DATABASE [${name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE`).catch(
        () => undefined,
      );
      for (let tries = 60; ; tries--)
        try {
          return await onServer(serverUrl, `DROP DATABASE [${name}]`);
        } catch (error) {
          if (tries === 0) throw error;
          await sleep(500);
        }
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url);
  const connection = new Connection({
    server: hostname,
    authentication: {
      type: "default",
      options: { userName: decodeURIComponent(username), password: decodeURIComponent(password) },
    },
    options: {
      port: Number(port || 1433),
      database: decodeURIComponent(pathname.slice(1)),
      encrypt: searchParams.get("encrypt") !== "false",
      trustServerCertificate: searchParams.get("trustServerCertificate") === "true",
      requestTimeout: 60_000,
    },
  });
  try {
    await new Promise<void>((resolve, reject) =>
      connection.connect((error) => (error ? reject(error) : resolve())),
    );
    await new Promise<void>((resolve, reject) =>
      connection.execSqlBatch(new Request(sql, (error) => (error ? reject(error) : resolve()))),
    );
  } finally {
    connection.close();
  }
}
