import type { Kysely } from "kysely";
import type { PlantDatabase } from "./tables.js";

/** A database as `openSqlite` and `openMssql` give it. */
export interface OpenedDatabase {
  readonly db: Kysely<PlantDatabase>;
  readonly dialect: "sqlite" | "mssql";
  /** The schema that holds the tables in SQL Server, unquoted; `null` in SQLite, which has none. */
  readonly schema: string | null;
  close(): Promise<void>;
}
