import { driverCodeOf, PlantSchemaError } from "./errors.js";

/** Whether the same may well succeed a little later. It is the whole transaction that has to be tried again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PlantSchemaError) return error.recovery === "retry";
  return /^SQLITE_(BUSY|LOCKED)/.test(driverCodeOf(error) ?? "");
}

/** Whether the database refuses a value: for its type, a reference, a check or a key. */
export function isRefused(error: unknown): boolean {
  if (error instanceof PlantSchemaError) return error.code === "DATA_REFUSED";
  return /^SQLITE_(CONSTRAINT|MISMATCH)/.test(driverCodeOf(error) ?? "");
}
