import type { Kysely } from "kysely";
import type { PlantTables } from "./tables.js";

/** A database as `openSqlite` and `openMssql` give it. */
export interface PlantDatabase {
  readonly db: Kysely<PlantTables>;
  readonly dialect: "sqlite" | "mssql";
  /** The schema that holds the tables in SQL Server, unquoted; `null` in SQLite, which has none. */
  readonly schema: string | null;
  close(): Promise<void>;
}
