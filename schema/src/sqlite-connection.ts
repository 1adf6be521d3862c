import type { SqliteDatabase } from "kysely";

/** One open database. Statements are carried out in the order in which they are given. */
export interface SqliteConnection {
  execute(sql: string, parameters: readonly unknown[]): Promise<SqliteResult>;
  /** Ends what was given before, and closes. A second time does nothing. */
  close(): Promise<void>;
}

export interface SqliteResult {
  readonly rows: unknown[];
  /** Of a statement that returns no rows. */
  readonly changes?: number | bigint;
  readonly lastInsertRowid?: number | bigint;
}

/** A database in the caller's own thread, which does nothing else while a statement runs or waits for a lock. */
export function connectionInThisThread(database: SqliteDatabase): SqliteConnection {
  let open = true;
  return {
    execute: async (sql, parameters) => executeOn(database, sql, parameters),
    async close() {
      if (open) database.close();
      open = false;
    },
  };
}

export function executeOn(
  database: SqliteDatabase,
  sql: string,
  parameters: readonly unknown[],
): SqliteResult {
  const statement = database.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters) };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], changes, lastInsertRowid };
}
