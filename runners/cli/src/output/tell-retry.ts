import { explainError } from "@lmnh/plant-composition";
import type { Output } from "./output.js";

/** Says of each failure of the database that is followed by another try. */
export function tellRetry(output: Output): (error: unknown, waitMs: number) => void {
  return (error, waitMs) =>
    output.detail(`the database: ${explainError(error, "cli").lines.join("; ")} (again in ${waitMs} ms)`);
}
