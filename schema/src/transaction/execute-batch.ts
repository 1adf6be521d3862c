import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import type { Outcome, Statement } from "./statement.js";

/**
 * Runs statements in order in one write transaction and returns the rows that they return. On SQL Server it is one round
 * trip: a client that is cut off in the middle leaves no open transaction and no lock behind.
 *
 * @param outcome `rollback` runs the statements, returns their rows and undoes the changes
 * @param followUp further statements of the same transaction, which depend on the rows so far. SQLite only: SQL Server
 *   receives all statements at once.
 * @throws PlantSchemaError `DATABASE_BUSY` if another transaction has held the write lock for too long, and the errors of
 *   the driver
 */
export async function executeBatch<Row>(
  database: Pick<PlantDatabase, "db" | "dialect" | "schema">,
  statements: readonly Statement[],
  outcome: Outcome = "commit",
  followUp: (rows: readonly Row[]) => readonly Statement[] = () => [],
): Promise<Row[]> {
  return await dialects[database.dialect].executeBatch(database, statements, outcome, followUp);
}
