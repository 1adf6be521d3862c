import jsonata from "jsonata";
import { StatesError } from "./states-error.js";

const maxBytes = 256 * 1024;

/**
 * Evaluates a template: strings `{% … %}` are JSONata, everything else is what it says.
 *
 * @throws StatesError `States.QueryEvaluationError` also where an expression comes to nothing, as the platform has it
 */
export async function evaluate(template: unknown, states: object): Promise<unknown> {
  if (typeof template === "string") {
    const expression = /^\{%(?<inside>.*)%\}$/s.exec(template)?.groups?.inside;
    return expression === undefined ? template : evaluateExpression(expression.trim(), states);
  }
  if (Array.isArray(template)) return Promise.all(template.map((part) => evaluate(part, states)));
  if (typeof template !== "object" || template === null) return template;
  const parts = Object.entries(template).map(async ([key, part]) => [key, await evaluate(part, states)]);
  return Object.fromEntries(await Promise.all(parts));
}

/** What goes from one state to the next is JSON, of a size that the platform takes. */
export function carry(value: unknown): unknown {
  const text = JSON.stringify(value ?? null);
  if (Buffer.byteLength(text) > maxBytes)
    throw new StatesError("States.DataLimitExceeded", `${Buffer.byteLength(text)} bytes are over 256 KiB`);
  return JSON.parse(text);
}

async function evaluateExpression(expression: string, states: object): Promise<unknown> {
  let result: unknown;
  try {
    result = await jsonata(expression).evaluate(undefined, { states });
  } catch (error) {
    const reason = typeof error === "object" && error !== null && "message" in error ? error.message : error;
    throw new StatesError("States.QueryEvaluationError", `${expression}: ${String(reason)}`);
  }
  if (result === undefined)
    throw new StatesError("States.QueryEvaluationError", `${expression} comes to nothing`);
  return JSON.parse(JSON.stringify(result));
}
