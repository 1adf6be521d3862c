import { PlantEtlError } from "./errors.js";

/** Milliseconds; Node fires a timer with a longer delay at once. */
export const maxTimerMs = 2_147_483_647;

export function checkInteger(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalidOption(`${name} must be a whole number from ${min} to ${max}, not ${String(value)}`);
}

export function checkShare(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0 && value <= 1) return value;
  throw invalidOption(`${name} must be a share from 0 to 1, not ${String(value)}`);
}

/** Milliseconds that are compared and never waited for. */
export function checkDuration(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalidOption(`${name} must be a number of milliseconds, 0 or more, not ${String(value)}`);
}

export function checkBoolean(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw invalidOption(`${name} must be true or false, not ${String(value)}`);
}

export function checkRange(name: string, value: readonly [number, number]): readonly [number, number] {
  if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] <= value[1])
    return value;
  const shown = Array.isArray(value) ? `[${value.map(String).join(", ")}]` : String(value);
  throw invalidOption(`${name} must be two finite numbers, the lower one first, not ${shown}`);
}

/** Any of the options; one that is absent or `undefined` has its default. */
export type PartialOptions<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

export function withDefaults<Options extends object>(
  defaults: Options,
  given: PartialOptions<Options> = {},
): Options {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(set) as Partial<Options>) };
}

export function invalidOption(problem: string): PlantEtlError {
  return new PlantEtlError("OPTION_INVALID", "abort", `${problem}.`);
}
