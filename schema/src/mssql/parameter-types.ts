import type { Statement } from "../transaction/statement.js";

export type ParameterType =
  | "BIT"
  | "BIGINT"
  | "FLOAT"
  | "DATETIME2"
  | "VARBINARY(MAX)"
  | "NVARCHAR(4000)"
  | "NVARCHAR(MAX)";

/** The longest text that is not NVARCHAR(MAX), in UTF-16 code units. */
const maxTextLength = 4000;

/**
 * The types with which the parameters of a statement are declared. They do not depend on the size of a value, because the
 * server keeps a plan for each declaration. A parameter of OPENJSON is NVARCHAR(MAX); other text is NVARCHAR(MAX) only if
 * it is too long, because the server seeks an index by NVARCHAR(4000).
 */
export function parameterTypes({ sql, parameters }: Statement): ParameterType[] {
  const documents = new Set(Array.from(sql.matchAll(/\bOPENJSON\(@(\d+)/g), ([, place]) => Number(place)));
  return parameters.map((value, index) => (documents.has(index + 1) ? "NVARCHAR(MAX)" : typeOf(value)));
}

function typeOf(value: unknown): ParameterType {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? "BIGINT" : "FLOAT";
    case "bigint":
      return "BIGINT";
    case "boolean":
      return "BIT";
    case "string":
      return value.length > maxTextLength ? "NVARCHAR(MAX)" : "NVARCHAR(4000)";
    default:
      if (value instanceof Date) return "DATETIME2";
      return value instanceof Uint8Array ? "VARBINARY(MAX)" : "NVARCHAR(4000)";
  }
}
