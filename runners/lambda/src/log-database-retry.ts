import { formatError } from "@lmnh/plant-runtime";
import type { Log } from "./telemetry.js";

/** Logs each failure of the database that is retried. */
export function logDatabaseRetry(log: Log): (error: unknown, waitMs: number) => void {
  return (error, waitMs) =>
    log.warn("The database is retried.", {
      reason: formatError(error, "lambda").lines.join("; "),
      waitMs,
    });
}
