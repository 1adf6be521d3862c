/** SQL text and its parameters, independent of any driver, so that a test can check it without a database. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** How a transaction ends. */
export type Outcome = "commit" | "rollback";

/**
 * Rows as one JSON parameter, in text that every driver round-trips: a lone surrogate, which UTF-8 cannot encode, becomes
 * U+FFFD, and U+0000, at which SQLite drivers stop reading, becomes its symbol U+2400.
 */
export function jsonParameter(rows: readonly unknown[]): string {
  const json = JSON.stringify(rows);
  // JSON.stringify escapes both. Few documents contain one, and a replacer is slow.
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\u2400") : value,
  );
}
