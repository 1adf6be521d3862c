import { sqlAlertStore } from "../../src/store/sql-alert-store.js";
import { sqlHabitStore } from "../../src/store/sql-habit-store.js";
import { alertStoreContract, habitStoreContract } from "../../src/testing/index.js";
import { openTestSqlite } from "../support/health-database.js";
import { plantRecordsTests } from "../support/plant-records-tests.js";

alertStoreContract({
  name: "sqlAlertStore on SQLite",
  make: async () => {
    const opened = await openTestSqlite();
    return { ...opened, store: sqlAlertStore(opened.database) };
  },
});

habitStoreContract({
  name: "sqlHabitStore on SQLite",
  make: async () => {
    const opened = await openTestSqlite();
    return { ...opened, store: sqlHabitStore(opened.database) };
  },
});

plantRecordsTests("sqlPlantRecords on SQLite", openTestSqlite);
