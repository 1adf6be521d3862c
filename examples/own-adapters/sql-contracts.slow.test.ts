import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { describe, test } from "vitest";
import { declareSqlContracts } from "./sql-contracts.js";

declareSqlContracts({ describe, test }, async () => {
  const database = await openSqlite("sqlite::memory:");
  await migrate(database);
  return database;
});
