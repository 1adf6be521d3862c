import { formatError } from "@lmnh/plant-runtime";
import type { Output } from "./output.js";

/** Says of each failure of the database that is followed by another try. */
export function logRetry(output: Output): (error: unknown, waitMs: number) => void {
  return (error, waitMs) =>
    output.detail(`the database: ${formatError(error, "cli").lines.join("; ")} (again in ${waitMs} ms)`);
}
