import type { FileQuery } from "../ports.js";

/** The `WHERE` of a query for files, or nothing, and its parameters; `placeholder` takes a position from 1. */
export function fileConditions(
  { states, partition, day, key }: FileQuery,
  placeholder: (position: number) => string,
): { readonly where: string; readonly parameters: readonly string[] } {
  const parameters: string[] = [];
  const bind = (value: string) => placeholder(parameters.push(value));
  const conditions: string[] = [];
  if (states !== undefined) conditions.push(`state IN (${states.map(bind).join(", ")})`);
  if (partition !== undefined) conditions.push(`partition_hour = ${bind(partition)}`);
  if (day !== undefined)
    conditions.push(`partition_hour BETWEEN ${bind(`${day}T00`)} AND ${bind(`${day}T23`)}`);
  if (key !== undefined) conditions.push(`object_key = ${bind(key)}`);
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, parameters };
}
