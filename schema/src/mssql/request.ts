import type { CompiledQuery } from "kysely";
import type { Connection, Request } from "tedious";
import type { Tedious } from "./connect.js";
import { startIdleTimeout } from "./idle-timeout.js";

/** A query that says for how long the server may be silent about it, in place of the session's time. */
export interface TimedQuery extends CompiledQuery {
  readonly timeoutMs?: number;
}

/** A connection that is logged in. */
export interface MssqlSession {
  readonly tedious: Tedious;
  readonly connection: Connection;
  /** How long the server may be silent about a request. */
  readonly requestTimeoutMs: number;
}

export type Row = Record<string, unknown>;

/**
 * Sends a query, gives `onRow` each row, and returns how many rows were given and changed.
 *
 * @throws PlantSchemaError by `explainRequestError`; the driver's own error for a mistake in the statement
 */
export function sendRequest(
  { tedious, connection, requestTimeoutMs }: MssqlSession,
  { sql, parameters, timeoutMs = requestTimeoutMs }: TimedQuery,
  onRow: (row: Row, request: Request) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const silence = startIdleTimeout(connection, timeoutMs);
    const request = new tedious.Request(sql, (error, rowCount) => {
      silence.end();
      if (error) reject(silence.explain(error));
      else resolve(rowCount ?? 0);
    });
    request.on("row", (columns: readonly Column[]) => {
      silence.reset();
      onRow(readRow(columns), request);
    });
    request.on("pause", silence.pause);
    request.on("resume", silence.resume);
    parameters.forEach((value, index) => {
      request.addParameter(String(index + 1), typeOf(tedious, value), value);
    });
    connection.execSql(request);
  });
}

/** Begins, commits or rolls back. */
export function settleTransaction(
  { connection, requestTimeoutMs }: MssqlSession,
  act: (connection: Connection, done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const silence = startIdleTimeout(connection, requestTimeoutMs);
    act(connection, (error) => {
      silence.end();
      if (error) reject(silence.explain(error));
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

/** Values as the table types promise them: times as ISO text with milliseconds, days as `YYYY-MM-DD`, BIGINT a number. */
function readValue(type: string, value: unknown): unknown {
  if (value instanceof Date) {
    const text = value.toISOString();
    return type === "Date" ? text.slice(0, 10) : text;
  }
  // The driver gives text for eight bytes; few numbers need them.
  if (typeof value === "string" && (type === "BigInt" || type === "IntN")) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value;
}
