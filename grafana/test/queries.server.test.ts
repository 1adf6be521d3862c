import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/testing/sql-server";
import { describe } from "vitest";
import { testQueries } from "./run-queries.js";

/** A server to test on; the login must be allowed to create databases. */
const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  testQueries(async () => {
    const { url, drop } = await createMssqlDatabase(serverUrl ?? "");
    const database = await openMssql(url);
    return {
      database,
      close: async () => {
        await database.close();
        await drop();
      },
    };
  });
});
