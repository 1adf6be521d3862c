import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import { sqlReadingTables } from "../../src/testing/sql-catalog-tables.js";

/**
 * A catalog on a migrated SQLite file of its own, deleted when closed. `other` shares the connection: of two in one
 * process, the one that waits for the lock would keep the other from ever giving it back.
 */
export async function openSqliteCatalog() {
  const folder = await mkdtemp(join(tmpdir(), "plant-archive-"));
  const path = join(folder, "plants.db");
  const database = await openSqlite(`sqlite:${path}`);
  await migrate(database);
  return {
    path,
    database,
    catalog: sqlArchiveCatalog(database),
    other: sqlArchiveCatalog(database),
    tables: sqlReadingTables(database),
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
