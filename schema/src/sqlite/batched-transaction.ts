import type { PlantDatabase } from "../database.js";
import type { BatchedTransaction } from "../transaction/batched-transaction.js";
import { executeStatement } from "../transaction/execute-statement.js";
import { inTransaction } from "../transaction/in-transaction.js";
import type { Statement } from "../transaction/statement.js";

export async function inSqliteBatchedTransaction<Result>(
  { db }: Pick<PlantDatabase, "db">,
  work: (transaction: BatchedTransaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTransaction(db, async (connection) => {
      let isCommitted = false;
      const execute = async <Row>(statement: Statement) =>
        (await executeStatement<Row>(connection, statement)).rows;
      const result = await work({
        execute,
        async commitIfChanged(statements) {
          let changed = 0n;
          for (const statement of statements)
            changed = (await executeStatement(connection, statement)).numAffectedRows ?? 0n;
          isCommitted = changed > 0n;
          return isCommitted;
        },
      });
      if (!isCommitted) throw new Rollback(result);
      return result;
    });
  } catch (error) {
    if (error instanceof Rollback) return error.result as Result;
    throw error;
  }
}

class Rollback extends Error {
  constructor(readonly result: unknown) {
    super("rollback");
  }
}
