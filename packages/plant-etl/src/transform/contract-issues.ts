import { type Issue, makeIssue } from "../issue.js";

/** The issues that the contract found in a value, with their place in the answer and what stands there. */
export function contractIssues(
  found: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  prefix: string,
  value: unknown,
): Issue[] {
  return found.map(({ path, message }) => {
    const offending = path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    const full = [prefix, ...path.map(String)].filter((part) => part !== "").join(".");
    return makeIssue(full, offending === undefined ? "is missing" : message, offending);
  });
}
