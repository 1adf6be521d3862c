import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteConnection } from "./connection.js";
import type { SqliteFiles } from "./database-files.js";

/** Kysely's own dialect accepts only a synchronous connection. */
export function kyselySqliteDialect(sqlite: SqliteConnection, files: SqliteFiles): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver: () => sqliteDriver(sqlite, files),
  };
}

function sqliteDriver(sqlite: SqliteConnection, files: SqliteFiles): Driver {
  const execute = async (text: string, parameters: readonly unknown[]) => {
    const result = await sqlite.execute(text, parameters);
    // A commit to a file that is no longer at its path is lost, and must not be reported as successful.
    if (result.hasCommitted) await files.check();
    return result;
  };
  const connection = kyselyConnection(execute);
  const run = async (command: string) => {
    await execute(command, []);
  };
  // There is one connection: each user waits until the previous one has released it.
  let lastReleased = Promise.resolve();
  let release = () => {};
  return {
    init: async () => {},
    async acquireConnection() {
      const before = lastReleased;
      let released = () => {};
      lastReleased = new Promise((resolve) => {
        released = resolve;
      });
      await before;
      release = released;
      try {
        await files.check();
      } catch (error) {
        released();
        throw error;
      }
      return connection;
    },
    releaseConnection: async () => release(),
    // Acquires the write lock at once. A transaction that starts as a reader cannot write after another one has written,
    // however long it waits.
    beginTransaction: () => run("begin immediate"),
    commitTransaction: () => run("commit"),
    // On some errors, such as a full disk, SQLite has rolled back already and this statement fails. In both cases no
    // transaction is open afterwards, and the original error is the one to report.
    rollbackTransaction: () => run("rollback").catch(() => undefined),
    savepoint: (_connection, name) => run(`savepoint ${quoted(name)}`),
    rollbackToSavepoint: (_connection, name) => run(`rollback to ${quoted(name)}`),
    releaseSavepoint: (_connection, name) => run(`release ${quoted(name)}`),
    destroy: () => sqlite.close(),
  };
}

function kyselyConnection(execute: SqliteConnection["execute"]): DatabaseConnection {
  const executeQuery = async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
    const { rows, changes, lastInsertRowid } = await execute(sql, parameters);
    return {
      rows: rows as Row[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(lastInsertRowid !== undefined && { insertId: BigInt(lastInsertRowid) }),
    };
  };
  return {
    executeQuery,
    streamQuery() {
      throw new Error("Streaming is not available on SQLite. Use keyset pagination.");
    },
  };
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
