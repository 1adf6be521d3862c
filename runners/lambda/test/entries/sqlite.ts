import { openSqlite } from "@lmnh/plant-schema/sqlite";
import Libsql from "libsql";
import type { DatabaseProvider } from "../../src/database-provider.js";

/** A SQLite file in place of SQL Server, and nothing else about a handler changed. */
export const sqlite: DatabaseProvider = {
  check: ({ values }) =>
    values.database.startsWith("sqlite:") ? [] : ["PLANT_DATABASE (environment) must begin with sqlite:"],
  open: ({ values }) => openSqlite(values.database, { driver: Libsql }),
};
