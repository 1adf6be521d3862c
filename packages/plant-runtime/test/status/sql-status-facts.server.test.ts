import { migrate } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/testing/sql-server";
import { describe } from "vitest";
import { statusStatementsTests } from "../support/status-statements-tests.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  statusStatementsTests("sqlStatusStatements", async () => {
    const { url, drop } = await createMssqlDatabase(serverUrl ?? "");
    const database = await openMssql(url);
    await migrate(database);
    return {
      database,
      async close() {
        await database.close();
        await drop();
      },
    };
  });
});
