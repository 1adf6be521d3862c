import * as runner from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { plantStoreContract } from "../../src/testing/store-contract.js";
import { emptyTables } from "../support/empty-tables.js";
import { describeOnMssql, readsLongTextOfPairs, unescapesJson } from "../support/mssql-store.js";
import { rejectionLogTests } from "../support/rejection-log-tests.js";
import { runLogRetentionTests } from "../support/run-log-retention-tests.js";

const capabilities = {
  anyText: (await unescapesJson()) || "this server's JSON functions leave \\\" and \\\\ in text as they are",
  longText: (await readsLongTextOfPairs()) || "this server reads no long text with surrogate pairs from JSON",
};

describeOnMssql("sqlPlantStore", (getDatabase) => {
  plantStoreContract(runner, {
    name: "sqlPlantStore on SQL Server",
    capabilities,
    open: async () => {
      const { database } = getDatabase();
      await emptyTables(database.db);
      return {
        store: sqlPlantStore(database),
        state: () => readStoredState(database),
      };
    },
  });

  runLogRetentionTests("sqlPlantStore on SQL Server", () => getDatabase().database);
  rejectionLogTests("SQL Server", () => getDatabase().database);
});
