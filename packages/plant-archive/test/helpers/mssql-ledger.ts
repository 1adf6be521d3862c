import { migrate } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/plant-schema/testing";
import { kyselyReadingLedger } from "../../src/ledger/kysely-reading-ledger.js";
import { kyselyReadingTables } from "../../src/testing/kysely-reading-tables.js";
import type { LedgerUnderTest } from "../../src/testing/ledger/under-test.js";

/** A server to test on, as `mssql://USER:PASSWORD@HOST:1433/master?…`; the login must be allowed to create databases. */
export const mssqlUrl = process.env.PLANT_TEST_MSSQL_URL;

/** Makes a database of its own on the server, migrated, and drops it when closed. */
export async function createMssqlLedger(serverUrl: string) {
  const { url, drop } = await createMssqlDatabase(serverUrl);
  const database = await openMssql(url);
  await migrate(database);
  const second = await openMssql(url);
  return {
    url,
    database,
    /** The ledger on that database, with every table empty. */
    async openEmpty(): Promise<LedgerUnderTest> {
      for (const table of tables) await database.db.deleteFrom(table).execute();
      return {
        ledger: kyselyReadingLedger(database),
        other: kyselyReadingLedger(second),
        tables: kyselyReadingTables(database),
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
  "archive_day",
  "archive_identity",
  "set_aside_row",
  "plant",
  "origin",
  "city",
  "country",
  "botanist",
] as const;
