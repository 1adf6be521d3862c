import type { Kysely } from "kysely";
import type { PlantTables } from "./tables.js";

export type Dialect = "sqlite" | "mssql";

/** An open database, as returned by `openSqlite` and `openMssql`. */
export interface PlantDatabase {
  readonly db: Kysely<PlantTables>;
  readonly dialect: Dialect;
  /** The schema of the tables in SQL Server, unquoted; `null` in SQLite, which has no schemas. */
  readonly schema: string | null;
  close(): Promise<void>;
}
