import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import type { Statement } from "./statement.js";

/** A write transaction of which every call is one round trip on SQL Server. */
export interface BatchedTransaction {
  /** Runs a statement and returns its rows. The first one also begins the transaction and acquires the write lock. */
  execute<Row>(statement: Statement): Promise<Row[]>;
  /**
   * Runs the last statements of the transaction, and commits if the very last one, an INSERT, UPDATE or DELETE that returns
   * nothing, changes a row. Otherwise it is rolled back and the result is `false`.
   */
  commitIfChanged(statements: readonly Statement[]): Promise<boolean>;
}

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
