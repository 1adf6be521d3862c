import type { Kysely } from "kysely";
import type { PlantTables } from "./tables.js";

/** The kind of a database: SQLite, or Microsoft SQL Server. */
export type Dialect = "sqlite" | "mssql";

/** An open database, as returned by `openSqlite` and `openMssql`. */
export interface PlantDatabase {
  /** The query builder for the tables; on SQL Server it puts `schema` before their names. */
  readonly db: Kysely<PlantTables>;
  /** Which SQL the database understands. */
  readonly dialect: Dialect;
  /** The schema of the tables in SQL Server, unquoted; `null` in SQLite, which has no schemas. */
  readonly schema: string | null;
  /** Closes all connections. The database cannot be used afterwards. */
  close(): Promise<void>;
}
