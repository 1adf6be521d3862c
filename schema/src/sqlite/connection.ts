import type { SqliteDatabase } from "kysely";

/** What is used of better-sqlite3's API, which libsql has as well. */
export interface SqliteDriverDatabase extends SqliteDatabase {
  exec(sql: string): unknown;
  readonly inTransaction: boolean;
}

/** One open database. Statements are carried out in the order in which they are given. */
export interface SqliteConnection {
  execute(sql: string, parameters: readonly unknown[]): Promise<SqliteResult>;
  /** Ends what was given before, and closes. A second time does nothing. */
  close(): Promise<void>;
}

export interface SqliteResult {
  readonly rows: unknown[];
  /** Whether a transaction is open after the statement. Where none is, what the statement wrote is committed. */
  readonly inTransaction: boolean;
  /** Of a statement that returns no rows. */
  readonly changes?: number | bigint;
  readonly lastInsertRowid?: number | bigint;
}

/** A database in the caller's own thread, which does nothing else while a statement runs or waits for a lock. */
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
 * Runs one statement; one that writes has a transaction of its own where none is open.
 *
 * Whatever may have to wait for a lock goes through `exec`. libsql leaves a prepared statement that was refused with
 * `SQLITE_BUSY` active, and then no transaction of the connection can be committed until the statement is collected.
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
