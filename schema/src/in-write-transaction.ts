import { CompiledQuery, type Transaction } from "kysely";
import { PlantSchemaError } from "./errors.js";
import { inTransaction } from "./in-transaction.js";
import type { OpenedDatabase } from "./opened-database.js";
import { quoteSchema } from "./quote-schema.js";
import type { PlantDatabase } from "./tables.js";

const lockTimeoutMs = 30_000;

/**
 * Runs work in one transaction, one writer at a time: two that write the same plants at once would otherwise meet at
 * the keys, and one of them end as a deadlock's victim. In SQLite the transaction's own beginning sees to it.
 *
 * @throws PlantSchemaError `DATABASE_BUSY` when another writer has been at it for 30 s
 */
export async function inWriteTransaction<Result>(
  { db, dialect, schema }: Pick<OpenedDatabase, "db" | "dialect" | "schema">,
  work: (transaction: Transaction<PlantDatabase>) => Promise<Result>,
): Promise<Result> {
  return await inTransaction(db, async (transaction) => {
    if (dialect === "mssql") await takeWriteLock(transaction, schema);
    return await work(transaction);
  });
}

// Belongs to the transaction, so the server gives it back whatever ends that one.
const writeLock = `
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @1, @LockMode = 'Exclusive', @LockOwner = 'Transaction',
  @LockTimeout = ${lockTimeoutMs};
SELECT @granted AS granted;`;

async function takeWriteLock(transaction: Transaction<PlantDatabase>, schema: string | null): Promise<void> {
  const query = CompiledQuery.raw(writeLock, [`plant-write ${quoteSchema(schema)}`]);
  const [row] = (await transaction.executeQuery<{ granted: number }>(query)).rows;
  if ((row?.granted ?? -1) < 0)
    throw new PlantSchemaError(
      "DATABASE_BUSY",
      "retry",
      `Another program has been writing to the database for ${lockTimeoutMs / 1000} s. Try again when it is done.`,
    );
}
