import { afterAll, beforeAll, describe, test } from "vitest";
import { sqlAlertStore } from "../../src/store/sql-alert-store.js";
import { sqlHabitStore } from "../../src/store/sql-habit-store.js";
import { alertStoreContract, habitStoreContract } from "../../src/testing/index.js";
import { openTestMssql, serverUrl, type TestDatabase } from "../support/health-database.js";
import { plantRecordsTests } from "../support/plant-records-tests.js";

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await openTestMssql();
  });
  afterAll(() => opened?.close());

  alertStoreContract(
    { describe, test },
    {
      name: "sqlAlertStore",
      open: async () => {
        await opened.reset();
        return { store: sqlAlertStore(opened.database) };
      },
    },
  );

  habitStoreContract(
    { describe, test },
    {
      name: "sqlHabitStore",
      open: async () => {
        await opened.reset();
        return { store: sqlHabitStore(opened.database) };
      },
    },
  );

  plantRecordsTests("sqlPlantRecords", openTestMssql);
});
