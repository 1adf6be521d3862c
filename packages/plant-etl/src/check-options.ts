import { PlantEtlError } from "./errors.js";

/** Milliseconds; Node fires a timer with a longer delay at once. */
export const maxTimerMs = 2_147_483_647;

export function checkInteger(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalidOption(`${name} must be a whole number from ${min} to ${max}, not ${String(value)}`);
}

export function checkShare(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0 && value <= 1) return value;
  throw invalidOption(`${name} must be a share from 0 to 1, not ${value}`);
}

export function invalidOption(problem: string): PlantEtlError {
  return new PlantEtlError("OPTION_INVALID", "abort", `${problem}.`);
}
