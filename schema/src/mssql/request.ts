import type { CompiledQuery } from "kysely";
import type { Connection, Request } from "tedious";
import type { Tedious } from "./connect.js";
import { startIdleTimeout } from "./idle-timeout.js";

/** A query with its own idle time-out, in place of the session's. */
export interface TimedQuery extends CompiledQuery {
  readonly timeoutMs?: number;
}

/** A connection that is logged in. */
export interface MssqlSession {
  readonly tedious: Tedious;
  readonly connection: Connection;
  /** How long the server may send nothing during a request. */
  readonly requestTimeoutMs: number;
}

export type Row = Record<string, unknown>;

/**
 * Sends a query, calls `onRow` for each row, and returns the number of rows that were returned and changed.
 *
 * @throws the errors of `explainRequestError`
 */
export function sendRequest(
  { tedious, connection, requestTimeoutMs }: MssqlSession,
  { sql, parameters, timeoutMs = requestTimeoutMs }: TimedQuery,
  onRow: (row: Row, request: Request) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const idleTimeout = startIdleTimeout(connection, timeoutMs);
    const request = new tedious.Request(sql, (error, rowCount) => {
      idleTimeout.end();
      if (error) reject(idleTimeout.explain(error));
      else resolve(rowCount ?? 0);
    });
    request.on("row", (columns: readonly Column[]) => {
      idleTimeout.reset();
      onRow(readRow(columns), request);
    });
    request.on("pause", idleTimeout.pause);
    request.on("resume", idleTimeout.resume);
    parameters.forEach((value, index) => {
      request.addParameter(String(index + 1), typeOf(tedious, value), value);
    });
    connection.execSql(request);
  });
}

/** Begins, commits or rolls back a transaction. */
export function settleTransaction(
  { connection, requestTimeoutMs }: MssqlSession,
  act: (connection: Connection, done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const idleTimeout = startIdleTimeout(connection, requestTimeoutMs);
    act(connection, (error) => {
      idleTimeout.end();
      if (error) reject(idleTimeout.explain(error));
      else resolve();
    });
  });
}

function typeOf({ TYPES }: Tedious, value: unknown) {
  switch (typeof value) {
    case "number":
      if (!Number.isSafeInteger(value)) return TYPES.Float;
      return value === (value | 0) ? TYPES.Int : TYPES.BigInt;
    case "bigint":
      return TYPES.BigInt;
    case "boolean":
      return TYPES.Bit;
    default:
      if (value instanceof Date) return TYPES.DateTime2;
      return value instanceof Uint8Array ? TYPES.VarBinary : TYPES.NVarChar;
  }
}

interface Column {
  readonly metadata: { readonly colName: string; readonly type: { readonly name: string } };
  readonly value: unknown;
}

function readRow(columns: readonly Column[]): Row {
  return Object.fromEntries(
    columns.map(({ metadata, value }) => [metadata.colName, readValue(metadata.type.name, value)]),
  );
}

/** Values of the types in `PlantTables`: times as ISO text with milliseconds, days as `YYYY-MM-DD`, BIGINT as a number. */
function readValue(type: string, value: unknown): unknown {
  if (value instanceof Date) {
    const text = value.toISOString();
    return type === "Date" ? text.slice(0, 10) : text;
  }
  // The driver returns text for a number of eight bytes, which is rarely too large for a number.
  if (typeof value === "string" && (type === "BigInt" || type === "IntN")) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value;
}
