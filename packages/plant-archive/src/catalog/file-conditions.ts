import type { FileQuery } from "../ports.js";

/** The `WHERE` of a query for files, or nothing, and its parameters; `placeholder` takes a place from 1. */
export function fileConditions(
  { states, partition }: FileQuery,
  placeholder: (place: number) => string,
): { readonly where: string; readonly parameters: readonly string[] } {
  const parameters = [...(states ?? []), ...(partition === undefined ? [] : [partition])];
  const inStates = states?.map((_, index) => placeholder(index + 1)).join(", ");
  const conditions = [
    ...(inStates === undefined ? [] : [`state IN (${inStates})`]),
    ...(partition === undefined ? [] : [`partition_hour = ${placeholder(parameters.length)}`]),
  ];
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, parameters };
}
