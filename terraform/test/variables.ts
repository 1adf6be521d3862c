import { blocksOf, rootModule } from "./configuration.js";
import { evaluateExpression } from "./hcl-expression.js";

const absent = Symbol("no default");

/** Types as functions that complete a value with the defaults of `optional`. */
const types = {
  string: (value: unknown) => value,
  number: (value: unknown) => value,
  bool: (value: unknown) => value,
  functions: {
    list: () => (value: unknown) => value,
    optional: (_type: unknown, fallback: unknown) => (value: unknown) => value ?? fallback,
    object: (parts: Readonly<Record<string, (value: unknown) => unknown>>) => (value: unknown) => {
      if (value === null) return null;
      const given = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(Object.entries(parts).map(([key, complete]) => [key, complete(given[key])]));
    },
  },
};

function unwrap(expression: unknown): string {
  return /^\$\{(?<hcl>.*)\}$/s.exec(String(expression))?.groups?.hcl ?? String(expression);
}

/** The variables of the root module with these values and, for the others, their defaults; some have none. */
function complete(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(rootModule.variables).map(([name, [variable = {}]]) => {
      const type = evaluateExpression(unwrap(variable.type), types) as (value: unknown) => unknown;
      const value = name in values ? values[name] : "default" in variable ? variable.default : absent;
      if (value === absent) throw new Error(`${name} has no default.`);
      return [name, type(value)];
    }),
  );
}

/**
 * The variables, by name, of which a validation refuses these values. As in Terraform, a condition that cannot be
 * evaluated refuses, too.
 */
export function refusedVariables(values: Readonly<Record<string, unknown>>): string[] {
  const unknown = Object.keys(values).filter((name) => !(name in rootModule.variables));
  if (unknown.length > 0) throw new Error(`There is no variable ${unknown.join(", ")}.`);
  const scope = { var: complete(values) };
  return Object.entries(rootModule.variables)
    .filter(([, [variable = {}]]) =>
      blocksOf(variable, "validation").some(({ condition }) => !holds(unwrap(condition), scope)),
    )
    .map(([name]) => name);
}

function holds(condition: string, scope: Readonly<Record<string, unknown>>): boolean {
  try {
    return evaluateExpression(condition, scope) === true;
  } catch (error) {
    // What this evaluator does not know is no refusal.
    if (error instanceof TypeError || /^This evaluator/.test(String((error as Error).message))) throw error;
    return false;
  }
}
