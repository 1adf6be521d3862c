import type { Transaction } from "kysely";
import type { PlantTables } from "../tables.js";
import type { Statement } from "../transaction/statement.js";
import { acquireAppLock } from "./app-lock.js";
import { ownErrorNumbers } from "./error-numbers.js";
import { quoteSchema } from "./quote-identifier.js";

/** Shorter than the time that a client waits for a response. */
const timeoutMs = 15_000;

const lockName = (schema: string | null) => `plant-write ${quoteSchema(schema)}`;

export async function acquireMssqlWriteLock(
  transaction: Transaction<PlantTables>,
  schema: string | null,
): Promise<void> {
  await acquireAppLock(transaction, { name: lockName(schema), owner: "Transaction", timeoutMs });
}

/** Acquires the same lock within a batch of statements; an error in place of the lock ends the batch. */
export function writeLockStatement(schema: string | null): Statement {
  return {
    sql: `
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @1, @LockMode = 'Exclusive', @LockOwner = 'Transaction',
  @LockTimeout = ${timeoutMs};
IF @granted < 0
  THROW ${ownErrorNumbers.writeLockNotGranted}, N'another program has been writing for ${timeoutMs / 1000} s', 1`,
    parameters: [lockName(schema)],
  };
}
