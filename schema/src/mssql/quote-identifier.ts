/** A schema name in brackets; `null` is `dbo`. */
export function quoteSchema(schema: string | null): string {
  return `[${(schema ?? "dbo").replaceAll("]", "]]")}]`;
}
