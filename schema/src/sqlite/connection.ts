import type { SqliteDatabase } from "kysely";

/** The part of better-sqlite3's API that is used; libsql has the same API. */
export interface SqliteDriverDatabase extends SqliteDatabase {
  exec(sql: string): unknown;
  readonly inTransaction: boolean;
}

/** An open database. Statements run in the order of the calls. */
export interface SqliteConnection {
  execute(sql: string, parameters: readonly unknown[]): Promise<SqliteResult>;
  /** Finishes the statements before it, and closes. A second call does nothing. */
  close(): Promise<void>;
}

export interface SqliteResult {
  readonly rows: unknown[];
  /** Whether a transaction is open after the statement. If not, its changes are committed. */
  readonly inTransaction: boolean;
  /** Of a statement that returns no rows. */
  readonly changes?: number | bigint;
  readonly lastInsertRowid?: number | bigint;
}

/** Runs statements in the caller's thread, which is blocked while a statement runs or waits for a lock. */
export function connectionInThisThread(database: SqliteDriverDatabase): SqliteConnection {
  let open = true;
  return {
    execute: async (sql, parameters) => executeOn(database, sql, parameters),
    async close() {
      if (open) database.close();
      open = false;
    },
  };
}

/**
 * Runs one statement, in a transaction of its own if it writes and no transaction is open.
 *
 * Statements that may wait for a lock go through `exec`: libsql leaves a prepared statement that failed with `SQLITE_BUSY`
 * active, and then the connection cannot commit until the statement is garbage-collected.
 */
export function executeOn(
  database: SqliteDriverDatabase,
  sql: string,
  parameters: readonly unknown[],
): SqliteResult {
  if (control.test(sql)) {
    database.exec(sql);
    return { rows: [], inTransaction: database.inTransaction };
  }
  if (database.inTransaction || !write.test(sql)) return executePrepared(database, sql, parameters);
  database.exec("begin immediate");
  try {
    const result = executePrepared(database, sql, parameters);
    database.exec("commit");
    return { ...result, inTransaction: false };
  } catch (error) {
    if (database.inTransaction) database.exec("rollback");
    throw error;
  }
}

const control = /^\s*(begin|commit|rollback|savepoint|release)\b/i;
const write = /^\s*(insert|update|delete|replace|create|alter|drop)\b/i;

function executePrepared(
  database: SqliteDriverDatabase,
  sql: string,
  parameters: readonly unknown[],
): SqliteResult {
  const statement = database.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters), inTransaction: database.inTransaction };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], inTransaction: database.inTransaction, changes, lastInsertRowid };
}
