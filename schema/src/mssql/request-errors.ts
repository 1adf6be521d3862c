import {
  driverCodeOf,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
} from "../errors.js";
import { type MssqlErrorMeaning, meaningOf } from "./error-numbers.js";

/** An error that SQL Server returned. */
export interface ServerError {
  readonly number: number;
  readonly message: string;
}

interface Explanation {
  readonly code: PlantSchemaErrorCode;
  readonly recovery: Recovery;
  readonly advice: string;
}

const explanations: Readonly<Record<MssqlErrorMeaning, Explanation>> = {
  busy: {
    code: "DATABASE_BUSY",
    recovery: "retry",
    advice: "Try again. If it persists, look for other work on the server.",
  },
  unavailable: {
    code: "CONNECTION_LOST",
    recovery: "retry",
    advice: "Try again. If it persists, check the server.",
  },
  login: { code: "LOGIN_FAILED", recovery: "abort", advice: "Check user and password." },
  database: {
    code: "DATABASE_MISSING",
    recovery: "abort",
    advice: "Check the name of the database, and that the login is a user in it.",
  },
  permission: {
    code: "PERMISSION_DENIED",
    recovery: "abort",
    advice: "Grant the login the permissions that it needs.",
  },
  schema: {
    code: "SCHEMA_MISSING",
    recovery: "abort",
    advice: "Check its name, or create it with that statement.",
  },
  tables: {
    code: "SCHEMA_MISSING",
    recovery: "abort",
    advice: "Check the schema's name.",
  },
  data: { code: "CONSTRAINT_VIOLATION", recovery: "abort", advice: "Correct the value at its source." },
};

/** Explains an error of SQL Server by its number; `undefined` for a number that is not in the table. */
export function explainServerError(error: ServerError, cause: unknown = error): PlantSchemaError | undefined {
  const meaning = meaningOf(error.number);
  if (meaning === undefined) return undefined;
  const { code, recovery, advice } = explanations[meaning];
  const reason = reasonOf(error).replace(/\.$/, "");
  return new PlantSchemaError(code, recovery, `SQL Server error ${error.number}: ${reason}. ${advice}`, {
    cause,
    details: { number: error.number },
  });
}

/** The codes of tedious and Node for a connection that is lost or was never made. */
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
 * Explains an error of a request: the server's by its number, the network's as `CONNECTION_LOST`. Any other error is a
 * mistake in the statement and is returned as it is.
 *
 * @param lost the connection is closed, whatever the code of the error
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
      `The connection to the database was lost: ${reasonOf(first).replace(/\.$/, "")}. Try again.`,
      { cause: error },
    );
  return first;
}

function isServerError(error: unknown): error is Error & ServerError {
  return error instanceof Error && "number" in error && typeof error.number === "number";
}
