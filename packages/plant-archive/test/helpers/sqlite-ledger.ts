import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { kyselyReadingLedger } from "../../src/ledger/kysely-reading-ledger.js";
import { kyselyReadingTables } from "../../src/testing/kysely-reading-tables.js";

/**
 * A ledger on a migrated SQLite file of its own, gone when closed. Its other one shares the connection: of two in one
 * process, the one that waits for the lock would keep the other from ever giving it back.
 */
export async function openSqliteLedger() {
  const folder = await mkdtemp(join(tmpdir(), "plant-archive-"));
  const path = join(folder, "plants.db");
  const database = await openSqlite(`sqlite:${path}`);
  await migrate(database);
  return {
    path,
    database,
    ledger: kyselyReadingLedger(database),
    other: kyselyReadingLedger(database),
    tables: kyselyReadingTables(database),
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
