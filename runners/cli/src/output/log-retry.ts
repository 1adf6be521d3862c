import { formatError } from "@lmnh/plant-runtime";
import type { Output } from "./output.js";

/** Logs each transient error of the database before the retry. */
export function logRetry(output: Output): (error: unknown, waitMs: number) => void {
  return (error, waitMs) =>
    output.detail(`the database: ${formatError(error, "cli").lines.join("; ")} (retry in ${waitMs} ms)`);
}
