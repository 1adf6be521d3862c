import { formatError } from "@lmnh/plant-runtime";
import type { Log } from "./telemetry.js";

/** Says of each failure of the database that is followed by another try. */
export function logRetry(log: Log): (error: unknown, waitMs: number) => void {
  return (error, waitMs) =>
    log.warn("The database is tried again.", {
      reason: formatError(error, "lambda").lines.join("; "),
      waitMs,
    });
}
