import { driverCodeOf, PlantSchemaError } from "./errors.js";

/**
 * Whether the same may well succeed a little later. It is the whole transaction that has to be tried again. What SQLite
 * says while it is locked is none of these: it has waited already.
 */
export function isPassing(error: unknown): boolean {
  return error instanceof PlantSchemaError && error.recovery === "retry";
}

/** Whether the database refuses a value: for its type, a reference, a check or a key. */
export function isRefused(error: unknown): boolean {
  if (error instanceof PlantSchemaError) return error.code === "DATA_REFUSED";
  return /^SQLITE_(CONSTRAINT|MISMATCH)/.test(driverCodeOf(error) ?? "");
}
