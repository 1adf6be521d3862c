import type { PlantDatabase } from "../database.js";
import { executeStatement } from "../transaction/execute-statement.js";
import type { Outcome, Statement } from "../transaction/statement.js";
import { joinStatements } from "./batch-statements.js";
import { writeLockStatement } from "./write-lock.js";

export async function executeMssqlBatch<Row>(
  { db, schema }: Pick<PlantDatabase, "db" | "schema">,
  statements: readonly Statement[],
  outcome: Outcome,
): Promise<Row[]> {
  return (await executeStatement<Row>(db, transactionBatch(schema, statements, outcome))).rows;
}

/** A transaction as one statement. */
export function transactionBatch(
  schema: string | null,
  statements: readonly Statement[],
  outcome: Outcome,
): Statement {
  return joinStatements([
    { sql: "BEGIN TRANSACTION", parameters: [] },
    writeLockStatement(schema),
    ...statements,
    { sql: `${outcome.toUpperCase()} TRANSACTION`, parameters: [] },
  ]);
}
