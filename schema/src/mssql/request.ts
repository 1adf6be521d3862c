import type { CompiledQuery } from "kysely";
import type { Connection, Request } from "tedious";
import type { Tedious } from "./connect.js";
import { startIdleTimeout } from "./idle-timeout.js";
import { type ParameterType, parameterTypes } from "./parameter-types.js";

export interface MssqlQuery extends CompiledQuery {
  /** An idle time-out in place of the session's. */
  readonly timeoutMs?: number | undefined;
  /** Sent as the text of a batch, without parameters, and not as a call of sp_executesql. */
  readonly asBatch?: boolean | undefined;
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
  query: MssqlQuery,
  onRow: (row: Row, request: Request) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const idleTimeout = startIdleTimeout(connection, query.timeoutMs ?? requestTimeoutMs);
    const request = new tedious.Request(query.sql, (error, rowCount) => {
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
    if (query.asBatch) return connection.execSqlBatch(request);
    parameterTypes(query).forEach((type, index) => {
      const [driverType, options] = driverTypeOf(tedious, type);
      request.addParameter(String(index + 1), driverType, query.parameters[index], options);
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

function driverTypeOf({ TYPES }: Tedious, type: ParameterType) {
  switch (type) {
    case "BIT":
      return [TYPES.Bit, {}] as const;
    case "BIGINT":
      return [TYPES.BigInt, {}] as const;
    case "FLOAT":
      return [TYPES.Float, {}] as const;
    case "DATETIME2":
      return [TYPES.DateTime2, {}] as const;
    case "VARBINARY(MAX)":
      return [TYPES.VarBinary, { length: Number.POSITIVE_INFINITY }] as const;
    case "NVARCHAR(4000)":
      return [TYPES.NVarChar, { length: 4000 }] as const;
    case "NVARCHAR(MAX)":
      return [TYPES.NVarChar, { length: Number.POSITIVE_INFINITY }] as const;
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
