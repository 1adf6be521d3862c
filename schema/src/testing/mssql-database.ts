import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import { quoteSchema } from "../mssql/quote-identifier.js";

export interface TestMssqlDatabase {
  /** For `openMssql`, with user and password. */
  readonly url: string;
  /** Drops the database and closes the connections to it. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database with a random name for a test.
 *
 * @param serverUrl `mssql://…/master?…`; the login needs the permission to create databases
 */
export async function createMssqlDatabase(serverUrl: string): Promise<TestMssqlDatabase> {
  const name = `plant_test_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `CREATE DATABASE ${quoteSchema(name)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      // Not every server supports it. There, the sessions of closed clients end a little later.
      await onServer(
        serverUrl,
        `ALTER DATABASE ${quoteSchema(name)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`,
      ).catch(() => undefined);
      for (let tries = 60; ; tries--)
        try {
          return await onServer(serverUrl, `DROP DATABASE ${quoteSchema(name)}`);
        } catch (error) {
          if (tries === 0) throw error;
          await sleep(500);
        }
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  // Only here, so that the contract suites need no driver.
  const { openMssql, parseMssqlUrl } = await import("../mssql/index.js");
  const server = await openMssql(parseMssqlUrl(url), { requestTimeoutMs: 60_000 });
  try {
    await server.db.executeQuery(CompiledQuery.raw(sql));
  } finally {
    await server.close();
  }
}
