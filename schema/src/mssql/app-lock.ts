import { CompiledQuery, type Kysely } from "kysely";
import { PlantSchemaError } from "../errors.js";
import type { PlantTables } from "../tables.js";
import type { TimedQuery } from "./request.js";

/** A lock of SQL Server's that is on a name and not on rows. */
export interface AppLock {
  readonly name: string;
  /** Who gives it back: the end of the transaction, or of the connection. */
  readonly owner: "Transaction" | "Session";
  readonly timeoutMs: number;
}

/** @throws PlantSchemaError `DATABASE_BUSY` when somebody else holds the lock for longer than its time-out */
export async function acquireAppLock(
  connection: Kysely<PlantTables>,
  { name, owner, timeoutMs }: AppLock,
): Promise<void> {
  const query: TimedQuery = {
    ...CompiledQuery.raw(getLock(owner, timeoutMs), [name]),
    timeoutMs: timeoutMs + responseTimeMs,
  };
  const [row] = (await connection.executeQuery<{ granted: number }>(query)).rows;
  if ((row?.granted ?? -1) < 0)
    throw new PlantSchemaError(
      "DATABASE_BUSY",
      "retry",
      `Another program has been writing to the database for ${timeoutMs / 1000} s. Try again when it is done.`,
    );
}

/** Time for the answer to arrive once the wait for the lock is over. */
const responseTimeMs = 10_000;

// The driver gives SQL and parameters to sp_executesql, so return codes have to be selected.
const getLock = (owner: AppLock["owner"], timeoutMs: number) => `
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @1, @LockMode = 'Exclusive', @LockOwner = '${owner}',
  @LockTimeout = ${timeoutMs};
SELECT @granted AS granted;`;
