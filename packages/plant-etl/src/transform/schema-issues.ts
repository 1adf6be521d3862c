import type * as z from "zod/mini";
import { createIssue, type ValidationIssue } from "../validation-issue.js";

/** Converts the issues of a zod schema, with their paths in the response and the offending values. */
export function schemaIssues(
  found: readonly z.core.$ZodIssue[],
  prefix: string,
  value: unknown,
): ValidationIssue[] {
  return found.flatMap(insideUnion).map(({ path, message }) => {
    const offending = path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    const full = [prefix, ...path.map(String)].filter((part) => part !== "").join(".");
    return createIssue(full, offending === undefined ? "is missing" : message, offending);
  });
}

/** For a value that has one of the forms of a union, the issues within that form; otherwise the issue of the union. */
function insideUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inside = issue.errors.find((branch) => branch.every(({ path }) => path.length > 0));
  if (inside === undefined) return [issue];
  return inside.flatMap((inner) => insideUnion({ ...inner, path: [...issue.path, ...inner.path] }));
}
