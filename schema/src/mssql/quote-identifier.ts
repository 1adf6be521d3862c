/** SQL Server's way of quoting a name; `dbo` where none is given. */
export function quoteSchema(schema: string | null): string {
  return `[${(schema ?? "dbo").replaceAll("]", "]]")}]`;
}
