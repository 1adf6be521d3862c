import { afterAll, beforeAll, describe, test } from "vitest";
import { sqlAlertStore } from "../../src/store/sql-alert-store.js";
import { sqlHabitStore } from "../../src/store/sql-habit-store.js";
import { alertStoreContract, habitStoreContract } from "../../src/testing/index.js";
import { openTestSqlite, type TestDatabase } from "../support/health-database.js";
import { plantRecordsTests } from "../support/plant-records-tests.js";

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestSqlite();
});
afterAll(() => opened?.close());

alertStoreContract(
  { describe, test },
  {
    name: "sqlAlertStore on SQLite",
    open: async () => {
      await opened.reset();
      return { store: sqlAlertStore(opened.database) };
    },
  },
);

habitStoreContract(
  { describe, test },
  {
    name: "sqlHabitStore on SQLite",
    open: async () => {
      await opened.reset();
      return { store: sqlHabitStore(opened.database) };
    },
  },
);

plantRecordsTests("sqlPlantRecords on SQLite", openTestSqlite);
