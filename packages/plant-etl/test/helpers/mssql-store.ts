import { randomBytes } from "node:crypto";
import { migrate, type OpenedDatabase } from "@lmnh/plant-schema";
import { openMssql, parseMssqlUrl } from "@lmnh/plant-schema/mssql";
import { sql } from "kysely";
import { kyselyPlantStore } from "../../src/load/kysely-plant-store.js";
import { readStoredState } from "../../src/load/read-stored-state.js";
import type { StoreUnderTest } from "../../src/testing/store-contract.js";
import { emptyTables } from "./empty-tables.js";

/** A server to test on, as `mssql://USER:PASSWORD@HOST:1433/master?…`; the login must be allowed to create databases. */
export const mssqlUrl = process.env.PLANT_TEST_MSSQL_URL;

/** Makes a database of its own on the server, migrated, and drops it when closed. */
export async function createMssqlDatabase(url: string) {
  const name = `plant_test_${randomBytes(6).toString("hex")}`;
  const server = await openMssql(url);
  await sql`CREATE DATABASE ${sql.id(name)}`.execute(server.db);
  const database = await openMssql({ ...parseMssqlUrl(url), database: name });
  await migrate(database);
  return {
    database,
    async close() {
      await database.close();
      await sql`DROP DATABASE ${sql.id(name)}`.execute(server.db);
      await server.close();
    },
  };
}

/** The store on that database, with every table empty. */
export async function openEmptyStore(database: OpenedDatabase): Promise<StoreUnderTest> {
  await emptyTables(database.db);
  return {
    store: kyselyPlantStore(database),
    state: () => readStoredState(database),
    close: async () => {},
  };
}
