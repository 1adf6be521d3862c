import { CompiledQuery, type Kysely, type QueryResult } from "kysely";
import type { OpenedDatabase } from "./opened-database.js";
import { quoteSchema } from "./quote-schema.js";
import type { ReferenceData } from "./reference-data.js";
import { toReferenceRows } from "./reference-rows.js";
import { referenceStatementsMssql } from "./reference-statements-mssql.js";
import { referenceStatementsSqlite } from "./reference-statements-sqlite.js";
import type { Statement } from "./statement.js";
import type { PlantDatabase } from "./tables.js";
import { writeTogether } from "./write-together.js";

/** How a database speaks: what `openSqlite` and `openMssql` return fits. `schema` is SQL Server's, unquoted. */
export type DatabaseDialect = Pick<OpenedDatabase, "dialect" | "schema">;

/** The statements that write reference data, to be run in order in one transaction. */
export function referenceStatements({ dialect, schema }: DatabaseDialect, data: ReferenceData): Statement[] {
  const rows = toReferenceRows(data);
  return dialect === "sqlite"
    ? referenceStatementsSqlite(rows)
    : referenceStatementsMssql(quoteSchema(schema), rows);
}

/** Writes reference data in one transaction: adds what is missing, changes what is newer, leaves the rest untouched. */
export async function loadReferenceData(database: OpenedDatabase, data: ReferenceData): Promise<void> {
  await writeTogether(database, referenceStatements(database, data));
}

export async function executeStatement<Row>(
  db: Kysely<PlantDatabase>,
  { sql, parameters }: Statement,
): Promise<QueryResult<Row>> {
  return await db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
}
