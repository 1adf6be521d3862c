import { driverCodeOf, PlantSchemaError } from "../errors.js";

/**
 * Whether the same may well succeed within seconds. It is the whole transaction that has to be tried again. A full or
 * failing disk takes longer, and where SQLite reports a lock, it was waited for already.
 */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof PlantSchemaError &&
    error.recovery === "retry" &&
    error.code !== "DATABASE_FULL" &&
    error.code !== "DISK_FAILED" &&
    !driverCodeOf(error.cause).startsWith("SQLITE_")
  );
}

/** Whether the database refuses a value: for its type, a reference, a check or a key. */
export function isConstraintViolation(error: unknown): boolean {
  if (error instanceof PlantSchemaError) return error.code === "DATA_REFUSED";
  return /^SQLITE_(CONSTRAINT|MISMATCH)/.test(driverCodeOf(error));
}
