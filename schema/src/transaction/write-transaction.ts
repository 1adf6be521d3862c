import type { Transaction } from "kysely";
import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import type { PlantTables } from "../tables.js";
import { inTransaction } from "./in-transaction.js";

/**
 * Runs work in one transaction, after it has acquired the write lock: two transactions that write the same plants would
 * deadlock.
 *
 * @throws PlantSchemaError `DATABASE_BUSY` if another transaction has held the write lock for too long
 */
export async function inWriteTransaction<Result>(
  { db, dialect, schema }: Pick<PlantDatabase, "db" | "dialect" | "schema">,
  work: (transaction: Transaction<PlantTables>) => Promise<Result>,
): Promise<Result> {
  return await inTransaction(db, async (transaction) => {
    await dialects[dialect].acquireWriteLock(transaction, schema);
    return await work(transaction);
  });
}
