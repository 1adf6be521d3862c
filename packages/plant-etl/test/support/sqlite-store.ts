import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";

/** A migrated SQLite file of its own, gone when closed. */
export async function openSqliteStore() {
  const folder = await mkdtemp(join(tmpdir(), "plant-etl-"));
  const database = await openSqlite(`sqlite:${join(folder, "plants.db")}`);
  await migrate(database);
  return {
    database,
    store: sqlPlantStore(database),
    state: () => readStoredState(database),
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
