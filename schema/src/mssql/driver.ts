import type { CompiledQuery, DatabaseConnection, Driver, IsolationLevel, QueryResult } from "kysely";
import type { Connection } from "tedious";
import { PlantSchemaError } from "../errors.js";
import type { Tedious } from "./connect.js";
import { type MssqlSession, sendRequest, settleTransaction } from "./request.js";
import { streamRequest } from "./stream-request.js";

export interface MssqlDriverOptions {
  readonly tedious: Tedious;
  readonly tarn: typeof import("tarn");
  /** Opens a connection and logs in. */
  readonly connect: () => Promise<Connection>;
  readonly requestTimeoutMs: number;
}

const maxConnections = 4;

/** How long a query waits for a free connection. */
const acquireTimeoutMs = 30_000;

/** More than a minute, so that a run every minute finds its connection open. */
const idleTimeoutMs = 150_000;

/**
 * Replaces Kysely's own driver for SQL Server, which prints each lost connection to the console, sends `select 1` before
 * each use of a connection, and rejects with an array if the server returns several errors.
 */
export function mssqlDriver({ tedious, tarn, connect, requestTimeoutMs }: MssqlDriverOptions): Driver {
  const sessions = new Map<DatabaseConnection, MssqlSession>();
  const pool = new tarn.Pool<DatabaseConnection>({
    min: 0,
    max: maxConnections,
    acquireTimeoutMillis: acquireTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    // Otherwise the pool would retry until its time-out and lose the error.
    propagateCreateError: true,
    create: async () => {
      const session = { tedious, connection: await connect(), requestTimeoutMs };
      const connection = connectionOf(session);
      sessions.set(connection, session);
      return connection;
    },
    validate: (connection) => !sessionOf(connection).connection.closed,
    destroy: (connection) => {
      sessionOf(connection).connection.close();
      sessions.delete(connection);
    },
  });

  const sessionOf = (connection: DatabaseConnection): MssqlSession => {
    const session = sessions.get(connection);
    if (session === undefined) throw new Error("This connection is not one of this driver's.");
    return session;
  };

  return {
    init: async () => {},
    async acquireConnection() {
      try {
        return await pool.acquire().promise;
      } catch (cause) {
        if (!(cause instanceof tarn.TimeoutError)) throw cause;
        throw new PlantSchemaError(
          "DATABASE_BUSY",
          "retry",
          `All ${maxConnections} connections to the database were in use for ${acquireTimeoutMs / 1000} s. Try again, or do less at once.`,
          { cause },
        );
      }
    },
    releaseConnection: async (connection) => {
      // A batch that failed within its own transaction: the next user must not join it.
      const { connection: released } = sessionOf(connection);
      if (released.inTransaction) released.close();
      pool.release(connection);
    },
    beginTransaction: (connection, { isolationLevel }) =>
      settleTransaction(sessionOf(connection), (on, done) =>
        // Without a name: some servers reject names that begin with a digit.
        on.beginTransaction(done, "", isolationLevel && tedious.ISOLATION_LEVEL[levelName(isolationLevel)]),
      ),
    commitTransaction: (connection) =>
      settleTransaction(sessionOf(connection), (on, done) => on.commitTransaction(done)),
    rollbackTransaction: (connection) =>
      settleTransaction(sessionOf(connection), (on, done) => on.rollbackTransaction(done)),
    async destroy() {
      // Requests in progress end now: the pool would wait for a server that may never respond.
      for (const { connection } of sessions.values()) connection.close();
      await pool.destroy();
    },
  };
}

function connectionOf(session: MssqlSession): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const rows: Row[] = [];
      const rowCount = await sendRequest(session, query, (row) => rows.push(row as Row));
      return { rows, numAffectedRows: BigInt(rowCount) };
    },
    async *streamQuery<Row>(query: CompiledQuery, chunkSize = 100) {
      for await (const rows of streamRequest(session, query, chunkSize)) yield { rows: rows as Row[] };
    },
  };
}

/** `read committed` is `READ_COMMITTED` to the driver. */
function levelName(level: IsolationLevel): string {
  return level.toUpperCase().replace(" ", "_");
}
