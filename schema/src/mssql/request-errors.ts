import {
  driverCodeOf,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
} from "../errors.js";
import { type MssqlErrorMeaning, meaningOf } from "./error-numbers.js";

/** What SQL Server itself says of an error. */
export interface ServerError {
  readonly number: number;
  readonly message: string;
}

interface FormattedError {
  readonly code: PlantSchemaErrorCode;
  readonly recovery: Recovery;
  readonly advice: string;
}

const explanations: Readonly<Record<MssqlErrorMeaning, FormattedError>> = {
  busy: {
    code: "DATABASE_BUSY",
    recovery: "retry",
    advice: "Try again; if it stays, look what else is at work there.",
  },
  away: {
    code: "CONNECTION_LOST",
    recovery: "retry",
    advice: "Try again; if it stays, look after the server.",
  },
  login: { code: "LOGIN_FAILED", recovery: "abort", advice: "Check user and password." },
  database: {
    code: "DATABASE_MISSING",
    recovery: "abort",
    advice: "Check the database's name, and that the login is a user in it.",
  },
  rights: {
    code: "PERMISSION_DENIED",
    recovery: "abort",
    advice: "Grant the login what docs/sql-server.md says it needs.",
  },
  schema: {
    code: "SCHEMA_MISSING",
    recovery: "abort",
    advice: "Check its name, or make it with that statement.",
  },
  structure: {
    code: "TABLES_MISSING",
    recovery: "abort",
    advice: "Check the schema's name.",
  },
  data: { code: "DATA_REFUSED", recovery: "abort", advice: "Mend the value where it comes from." },
};

/** An error of SQL Server's by its number, in words; `undefined` where the number says nothing about what to do. */
export function explainServerError(error: ServerError, cause: unknown = error): PlantSchemaError | undefined {
  const meaning = meaningOf(error.number);
  if (meaning === undefined) return undefined;
  const { code, recovery, advice } = explanations[meaning];
  const said = reasonOf(error).replace(/\.$/, "");
  return new PlantSchemaError(code, recovery, `SQL Server says: ${said} (error ${error.number}). ${advice}`, {
    cause,
  });
}

/** What the driver says when there is no connection any more, or never was one. */
const lostCodes: ReadonlySet<string> = new Set([
  "ECLOSE",
  "ECONNABORTED",
  "ECONNCLOSED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EINVALIDSTATE",
  "EPIPE",
  "ESOCKET",
  "ETIMEDOUT",
  "ETIMEOUT",
]);

/**
 * An error of a request in words that say what to do: the server's by its number, the network's as `CONNECTION_LOST`.
 * Anything else is a mistake in the statement, and stays what it is.
 *
 * @param lost the connection is closed, whatever the error says
 */
export function explainRequestError(error: unknown, lost = false): unknown {
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  for (const each of all)
    if (isServerError(each)) {
      const explained = explainServerError(each, error);
      if (explained !== undefined) return explained;
    }
  const first = all[0];
  if (!isServerError(first) && (lost || lostCodes.has(driverCodeOf(first))))
    return new PlantSchemaError(
      "CONNECTION_LOST",
      "retry",
      `The connection to the database broke: ${reasonOf(first).replace(/\.$/, "")}. Try again; if it stays: plant doctor`,
      { cause: error },
    );
  return first;
}

function isServerError(error: unknown): error is Error & ServerError {
  return error instanceof Error && "number" in error && typeof error.number === "number";
}
