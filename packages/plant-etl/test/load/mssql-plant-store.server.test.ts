import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { plantStoreContract } from "../../src/testing/store-contract.js";
import { emptyTables } from "../support/empty-tables.js";
import { describeOnMssql, readsLongTextOfPairs, unescapesJson } from "../support/mssql-store.js";

const skips = {
  ...(!(await unescapesJson()) && {
    "load stores text of every script":
      "this server's JSON functions leave \\\" and \\\\ in text as they are",
  }),
  ...(!(await readsLongTextOfPairs()) && {
    "load stores the longest texts and the largest numbers of a valid response":
      "this server reads no long text with surrogate pairs from JSON",
  }),
};

describeOnMssql("sqlPlantStore", (getDatabase) => {
  plantStoreContract({
    name: "sqlPlantStore on SQL Server",
    skips,
    make: async () => {
      const { database } = getDatabase();
      await emptyTables(database.db);
      return {
        store: sqlPlantStore(database),
        state: () => readStoredState(database),
        close: async () => {},
      };
    },
  });
});
