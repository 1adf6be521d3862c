import type { Statement } from "../transaction/statement.js";

/** Joins T-SQL statements into one batch, for one round trip, and renumbers their parameters `@1`, `@2` … */
export function joinStatements(statements: readonly Statement[]): Statement {
  const numbers = new Map<unknown, number>();
  const numberOf = (value: unknown) => {
    const number = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, number);
    return number;
  };
  const texts = statements.map(({ sql, parameters }) =>
    sql.trim().replace(/@(\d+)/g, (_name, digits: string) => `@${numberOf(parameters[Number(digits) - 1])}`),
  );
  return { sql: texts.map((text) => `${text};`).join("\n\n"), parameters: [...numbers.keys()] };
}
