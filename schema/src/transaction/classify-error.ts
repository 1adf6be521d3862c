import { driverCodeOf, isPlantSchemaError } from "../errors.js";

/**
 * Whether the transaction may succeed when it is retried within seconds. A full or failing disk takes longer, and SQLite
 * reports a lock only after it has waited for it.
 */
export function isTransient(error: unknown): boolean {
  return (
    isPlantSchemaError(error) &&
    error.recovery === "retry" &&
    error.code !== "DATABASE_FULL" &&
    error.code !== "DISK_FAILED" &&
    !driverCodeOf(error.cause).startsWith("SQLITE_")
  );
}

/** Whether a value violates a type, a reference, a check or a key. */
export function isConstraintViolation(error: unknown): boolean {
  if (isPlantSchemaError(error)) return error.code === "CONSTRAINT_VIOLATION";
  return /^SQLITE_(CONSTRAINT|MISMATCH)/.test(driverCodeOf(error));
}
