import { explainError } from "@lmnh/plant-composition";
import type { Log } from "./telemetry.js";

/** Says of each failure of the database that is followed by another try. */
export function tellRetry(log: Log): (error: unknown, waitMs: number) => void {
  return (error, waitMs) =>
    log.warn("The database is tried again.", {
      reason: explainError(error, "lambda").lines.join("; "),
      waitMs,
    });
}
