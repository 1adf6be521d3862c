import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import type { BatchedTransaction } from "./batched-transaction.js";

/**
 * Runs work in one write transaction, which is rolled back unless it was committed. For work that needs rows before it
 * decides; a transaction whose statements are known is an `executeBatch`.
 *
 * @throws PlantSchemaError `DATABASE_BUSY` if another transaction has held the write lock for too long
 */
export async function inBatchedTransaction<Result>(
  database: Pick<PlantDatabase, "db" | "dialect" | "schema">,
  work: (transaction: BatchedTransaction) => Promise<Result>,
): Promise<Result> {
  return await dialects[database.dialect].inBatchedTransaction(database, work);
}
