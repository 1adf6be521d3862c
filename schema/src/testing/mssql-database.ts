import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import { openMssql, parseMssqlUrl } from "../mssql/index.js";
import { quoteSchema } from "../mssql/quote-identifier.js";

export interface MadeMssqlDatabase {
  /** As `openMssql` takes it, credentials included. */
  readonly url: string;
  /** Drops the database, and throws out who is still connected to it. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database of a random name, for a test.
 *
 * @param serverUrl `mssql://…/master?…`; the login must be allowed to create databases
 */
export async function createMssqlDatabase(serverUrl: string): Promise<MadeMssqlDatabase> {
  const name = `plant_test_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `CREATE DATABASE ${quoteSchema(name)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      // Not every server can; then whoever has lost its client leaves by itself, a little later.
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
  const server = await openMssql(parseMssqlUrl(url), { requestTimeoutMs: 60_000 });
  try {
    await server.db.executeQuery(CompiledQuery.raw(sql));
  } finally {
    await server.close();
  }
}
