import { describe } from "vitest";
import { sqlAlertStore } from "../../src/store/sql-alert-store.js";
import { sqlHabitStore } from "../../src/store/sql-habit-store.js";
import { alertStoreContract, habitStoreContract } from "../../src/testing/index.js";
import { openTestMssql, serverUrl } from "../support/health-database.js";
import { plantRecordsTests } from "../support/plant-records-tests.js";

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  alertStoreContract({
    name: "sqlAlertStore",
    make: async () => {
      const opened = await openTestMssql();
      return { ...opened, store: sqlAlertStore(opened.database) };
    },
  });

  habitStoreContract({
    name: "sqlHabitStore",
    make: async () => {
      const opened = await openTestMssql();
      return { ...opened, store: sqlHabitStore(opened.database) };
    },
  });

  plantRecordsTests("sqlPlantRecords", openTestMssql);
});
