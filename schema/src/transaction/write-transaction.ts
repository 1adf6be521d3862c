import type { Transaction } from "kysely";
import type { PlantDatabase } from "../database.js";
import { acquireAppLock } from "../mssql/app-lock.js";
import { quoteSchema } from "../mssql/quote-identifier.js";
import type { PlantTables } from "../tables.js";
import { inTransaction } from "./in-transaction.js";

const lockTimeoutMs = 30_000;

/** The name of SQL Server's lock for the one writer of a schema. */
export const writeLock = (schema: string | null) => `plant-write ${quoteSchema(schema)}`;

/**
 * Runs work in one transaction, one writer at a time: two that write the same plants at once would otherwise meet at
 * the keys, and one of them end as a deadlock's victim. In SQLite the transaction's own beginning sees to it.
 *
 * @throws PlantSchemaError `DATABASE_BUSY` when another writer has been at it for 30 s
 */
export async function inWriteTransaction<Result>(
  { db, dialect, schema }: Pick<PlantDatabase, "db" | "dialect" | "schema">,
  work: (transaction: Transaction<PlantTables>) => Promise<Result>,
): Promise<Result> {
  return await inTransaction(db, async (transaction) => {
    if (dialect === "mssql")
      await acquireAppLock(transaction, {
        name: writeLock(schema),
        owner: "Transaction",
        timeoutMs: lockTimeoutMs,
      });
    return await work(transaction);
  });
}
