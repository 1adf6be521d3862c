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

/** Kysely's way to a SQLite connection that answers later; its own dialect takes only one that answers at once. */
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
    // What was committed to a file that is not at its path any more is lost, and must not be reported as written.
    if (!result.inTransaction) await files.check();
    return result;
  };
  const connection = kyselyConnection(execute);
  const run = async (command: string) => {
    await execute(command, []);
  };
  // SQLite has one connection: whoever wants it waits until the one before has released it.
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
    // Takes the write lock at once. A transaction that begins with reading and then wants to write is refused when
    // another has written meanwhile: waiting would not help it.
    beginTransaction: () => run("begin immediate"),
    commitTransaction: () => run("commit"),
    // SQLite itself rolls back on some errors, such as a full disk, and then refuses this. No transaction is open
    // afterwards in either case, and the error to report is the one that led here.
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
      throw new Error("SQLite does not stream here. Read page by page: above the last key, up to a limit.");
    },
  };
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
