import type { Statement } from "../transaction/statement.js";

/**
 * Joins T-SQL statements into one batch, for one round trip, and renumbers their parameters `@1`, `@2` … Equal texts are
 * one parameter, because they may be large documents. Numbers are not: which of them are equal must not change the text,
 * for which the server keeps a plan.
 */
export function joinStatements(statements: readonly Statement[]): Statement {
  const joined: unknown[] = [];
  const texts = new Map<unknown, number>();
  const add = (value: unknown) => {
    const number = (typeof value === "string" ? texts.get(value) : undefined) ?? joined.push(value);
    texts.set(value, number);
    return number;
  };
  const sql = statements.map(({ sql: own, parameters }) => {
    const numbers = new Map<string, number>();
    return own.trim().replace(/@(\d+)/g, (_name, digits: string) => {
      const number = numbers.get(digits) ?? add(parameters[Number(digits) - 1]);
      numbers.set(digits, number);
      return `@${number}`;
    });
  });
  return { sql: sql.map((text) => `${text};`).join("\n\n"), parameters: joined };
}
