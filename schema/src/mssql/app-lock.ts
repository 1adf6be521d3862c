import { CompiledQuery, type Kysely } from "kysely";
import { PlantSchemaError } from "../errors.js";
import type { PlantTables } from "../tables.js";
import type { MssqlQuery } from "./request.js";

/** An application lock of SQL Server, which is on a name and not on rows. */
export interface AppLock {
  readonly name: string;
  /** What releases it: the end of the transaction, or of the session. */
  readonly owner: "Transaction" | "Session";
  readonly timeoutMs: number;
}

/** @throws PlantSchemaError `DATABASE_BUSY` if another session holds the lock for longer than the time-out */
export async function acquireAppLock(
  connection: Kysely<PlantTables>,
  { name, owner, timeoutMs }: AppLock,
): Promise<void> {
  const query: MssqlQuery = {
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

/** Time for the response after the lock time-out. */
const responseTimeMs = 10_000;

// The driver uses sp_executesql, so a return code has to be selected.
const getLock = (owner: AppLock["owner"], timeoutMs: number) => `
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @1, @LockMode = 'Exclusive', @LockOwner = '${owner}',
  @LockTimeout = ${timeoutMs};
SELECT @granted AS granted;`;
