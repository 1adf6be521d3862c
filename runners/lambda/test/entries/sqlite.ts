import { openSqlite } from "@lmnh/plant-schema/sqlite";
import Libsql from "libsql";
import type { DatabaseOpener } from "../../src/database-opener.js";

/** A SQLite file in place of SQL Server, and nothing else about a handler changed. */
export const sqlite: DatabaseOpener = {
  check: ({ values }) =>
    values.database.startsWith("sqlite:") ? [] : ["PLANT_DATABASE (environment) must begin with sqlite:"],
  open: ({ values }) => openSqlite(values.database, { driver: Libsql }),
};
