import { migrate } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/testing/sql-server";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import type { CatalogUnderTest } from "../../src/testing/catalog/fixtures.js";
import { sqlReadingTables } from "../../src/testing/sql-catalog-tables.js";

/** A server to test on, as `mssql://USER:PASSWORD@HOST:1433/master?…`; the login must be allowed to create databases. */
export const mssqlUrl = process.env.PLANT_TEST_MSSQL_URL;

/** Makes a database of its own on the server, migrated, and drops it when closed. */
export async function createMssqlCatalog(serverUrl: string) {
  const { url, drop } = await createMssqlDatabase(serverUrl);
  const database = await openMssql(url);
  await migrate(database);
  const second = await openMssql(url);
  return {
    url,
    database,
    /** The catalog on that database, with empty tables. */
    async openEmpty(): Promise<CatalogUnderTest> {
      for (const table of tables) await database.db.deleteFrom(table).execute();
      return {
        catalog: sqlArchiveCatalog(database),
        other: sqlArchiveCatalog(second),
        tables: sqlReadingTables(database),
        close: async () => {},
      };
    },
    async close() {
      await database.close();
      await second.close();
      await drop();
    },
  };
}

/** What refers before what is referred to. */
const tables = [
  "plant_reading",
  "archive_file",
  "daily_summary",
  "archive_metadata",
  "quarantined_row",
  "plant",
  "origin",
  "city",
  "country",
  "botanist",
] as const;
