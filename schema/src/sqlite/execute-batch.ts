import type { PlantDatabase } from "../database.js";
import { executeStatement } from "../transaction/execute-statement.js";
import { inTransaction } from "../transaction/in-transaction.js";
import type { Outcome, Statement } from "../transaction/statement.js";

export async function executeSqliteBatch<Row>(
  { db }: Pick<PlantDatabase, "db">,
  statements: readonly Statement[],
  outcome: Outcome,
  followUp: (rows: readonly Row[]) => readonly Statement[],
): Promise<Row[]> {
  const rows: Row[] = [];
  const rollback = new Error("rollback");
  try {
    await inTransaction(db, async (transaction) => {
      const run = async (batch: readonly Statement[]) => {
        for (const statement of batch)
          for (const row of (await executeStatement<Row>(transaction, statement)).rows) rows.push(row);
      };
      await run(statements);
      await run(followUp(rows));
      if (outcome === "rollback") throw rollback;
    });
  } catch (error) {
    if (error !== rollback) throw error;
  }
  return rows;
}
