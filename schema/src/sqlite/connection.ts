import type { SqliteDatabase } from "kysely";

/** The part of better-sqlite3's API that is used; libsql has the same API. */
export interface SqliteDriverDatabase extends SqliteDatabase {
  /** Runs SQL without parameters, and ignores the rows that it returns. */
  exec(sql: string): unknown;
  /** Whether a transaction is open on the connection. */
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
  /** Whether the statement has ended a transaction, or may have written outside of one. */
  readonly hasCommitted: boolean;
  /** Of a statement that returns no rows. */
  readonly changes?: number | bigint | undefined;
  readonly lastInsertRowid?: number | bigint | undefined;
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
 * Runs one statement, in a transaction of its own if it reads or writes tables and no transaction is open.
 *
 * Statements that may wait for a lock go through `exec`, so that a prepared one never meets a lock: libsql leaves a
 * prepared statement that failed with `SQLITE_BUSY` active until it is garbage-collected. Until then the connection keeps
 * the lock and the snapshot of every later transaction, and cannot drop a table (`SQLITE_LOCKED`).
 */
export function executeOn(
  database: SqliteDriverDatabase,
  sql: string,
  parameters: readonly unknown[],
): SqliteResult {
  if (control.test(sql)) {
    database.exec(sql);
    return { rows: [], hasCommitted: !database.inTransaction };
  }
  const begin = write.test(sql) ? beginWrite : read.test(sql) ? beginRead : undefined;
  if (database.inTransaction || begin === undefined) return executePrepared(database, sql, parameters);
  try {
    for (const statement of begin) database.exec(statement);
    const result = executePrepared(database, sql, parameters);
    database.exec("commit");
    return { ...result, hasCommitted: !select.test(sql) };
  } catch (error) {
    if (database.inTransaction) database.exec("rollback");
    throw error;
  }
}

/**
 * Commands, which return no rows. A setting of the connection, such as `foreign_keys`, cannot be changed in a transaction, and
 * `vacuum` cannot run in one.
 */
const control = /^\s*(?:(?:begin|commit|rollback|savepoint|release|vacuum)\b|pragma\b[^=(]*=)/i;
const write = /^\s*(?:insert|update|delete|replace|create|alter|drop|pragma\s+incremental_vacuum)\b/i;
const freePages = /^\s*pragma\s+incremental_vacuum\b/i;
/** A checkpoint needs that no transaction is open. */
const read = /^\s*(?:select|with|values|pragma(?!\s+wal_checkpoint))\b/i;

/** A statement that begins with `with` may write. */
const select = /^\s*select\b/i;

const beginWrite = ["begin immediate"];
/** The second acquires the read lock. */
const beginRead = ["begin", "pragma schema_version"];

function executePrepared(
  database: SqliteDriverDatabase,
  sql: string,
  parameters: readonly unknown[],
): SqliteResult {
  if (freePages.test(sql)) return executeAllSteps(database, sql);
  const statement = database.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters), hasCommitted: !database.inTransaction };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], hasCommitted: !database.inTransaction, changes, lastInsertRowid };
}

/**
 * A statement without columns that has a row for each step. libsql takes all steps in `all` only, and leaves the statement
 * active otherwise; better-sqlite3 refuses `all`.
 */
function executeAllSteps(database: SqliteDriverDatabase, sql: string): SqliteResult {
  try {
    database.prepare(sql).all([]);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    database.exec(sql);
  }
  return { rows: [], hasCommitted: !database.inTransaction };
}
