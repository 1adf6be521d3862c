import { CompiledQuery, type Kysely, type QueryResult } from "kysely";
import type { PlantDatabase } from "../database.js";
import { quoteSchema } from "../mssql/quote-identifier.js";
import { referenceStatementsMssql } from "../mssql/reference-statements.js";
import { referenceStatementsSqlite } from "../sqlite/reference-statements.js";
import type { PlantTables } from "../tables.js";
import { executeBatch } from "../transaction/execute-batch.js";
import type { Statement } from "../transaction/statement.js";
import type { ReferenceData } from "./reference-data.js";
import { toReferenceRows } from "./reference-rows.js";

/** How a database speaks: what `openSqlite` and `openMssql` return fits. `schema` is SQL Server's, unquoted. */
export type DatabaseDialect = Pick<PlantDatabase, "dialect" | "schema">;

/** The statements that write reference data, to be run in order in one transaction. */
export function referenceStatements({ dialect, schema }: DatabaseDialect, data: ReferenceData): Statement[] {
  const rows = toReferenceRows(data);
  return dialect === "sqlite"
    ? referenceStatementsSqlite(rows)
    : referenceStatementsMssql(quoteSchema(schema), rows);
}

/** Writes reference data in one transaction: adds what is missing, changes what is newer, leaves the rest untouched. */
export async function loadReferenceData(database: PlantDatabase, data: ReferenceData): Promise<void> {
  await executeBatch(database, referenceStatements(database, data));
}

export async function executeStatement<Row>(
  db: Kysely<PlantTables>,
  { sql, parameters }: Statement,
): Promise<QueryResult<Row>> {
  return await db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
}
