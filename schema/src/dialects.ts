import type { Dialect } from "./database.js";
import type { DatabaseDialect } from "./database-dialect.js";
import { mssqlDialect } from "./mssql/dialect.js";
import { sqliteDialect } from "./sqlite/dialect.js";

export const dialects: Readonly<Record<Dialect, DatabaseDialect>> = {
  sqlite: sqliteDialect,
  mssql: mssqlDialect,
};
