import { CompiledQuery } from "kysely";
import type { PlantDatabase } from "../database.js";
import { ownErrorNumbers } from "../mssql/error-numbers.js";
import { joinStatements } from "../mssql/join-statements.js";
import type { Statement } from "./statement.js";
import { inWriteTransaction, writeLock } from "./write-transaction.js";

/** How it ends: written, or tried and undone. */
export type Outcome = "commit" | "rollback";

/**
 * Runs statements in order in one transaction, one writer at a time, and gives the rows that they return. SQL Server gets
 * it all in one round trip: a client that is cut off in the middle leaves no transaction open and no lock held.
 *
 * @param followUp further statements of the same transaction, depending on the rows so far; SQLite only, because SQL Server
 *   gets everything at once and decides by itself
 * @throws PlantSchemaError `DATABASE_BUSY` when another writer has been at it for too long, and whatever the driver gives
 */
export async function executeBatch<Row>(
  database: Pick<PlantDatabase, "db" | "dialect" | "schema">,
  statements: readonly Statement[],
  outcome: Outcome = "commit",
  followUp: (rows: readonly Row[]) => readonly Statement[] = () => [],
): Promise<Row[]> {
  const run = async (db: PlantDatabase["db"], { sql, parameters }: Statement) =>
    (await db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]))).rows;
  if (database.dialect === "mssql")
    return await run(database.db, batchMssql(database.schema, statements, outcome));

  const undone = { rows: [] as Row[] };
  return await inWriteTransaction(database, async (transaction) => {
    const runAll = async (these: readonly Statement[]) => {
      for (const statement of these)
        for (const row of await run(transaction, statement)) undone.rows.push(row);
    };
    await runAll(statements);
    await runAll(followUp(undone.rows));
    if (outcome === "rollback") throw undone;
    return undone.rows;
  }).catch((error: unknown) => {
    if (error === undone) return undone.rows;
    throw error;
  });
}

/** The one batch. XACT_ABORT: whatever goes wrong, and a client that leaves, undoes all of it. */
export function batchMssql(
  schema: string | null,
  statements: readonly Statement[],
  outcome: Outcome,
): Statement {
  return joinStatements([
    { sql: begin, parameters: [writeLock(schema)] },
    ...statements,
    { sql: `${outcome.toUpperCase()} TRANSACTION`, parameters: [] },
  ]);
}

/** Less than anybody should wait for an answer. */
const lockTimeoutMs = 15_000;

const begin = `
SET XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @1, @LockMode = 'Exclusive', @LockOwner = 'Transaction',
  @LockTimeout = ${lockTimeoutMs};
IF @granted < 0
  THROW ${ownErrorNumbers.writeLockNotGranted}, N'another program has been writing for ${lockTimeoutMs / 1000} s', 1`;
