import { CommanderError } from "commander";
import type { Host } from "./host.js";
import { createProgram } from "./program.js";

/** Runs the command line, writes errors to stderr, and returns the exit code. */
export async function main(host: Host): Promise<number> {
  let exitCode = 0;
  try {
    const program = await createProgram(host, (code) => {
      exitCode = code;
    });
    await program.parseAsync(host.args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has written help or the version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isModuleMissing(error)) throw error;
    // Imported here, so that `plant --version` loads no library.
    const { reportError } = await import("./command-line/report-error.js");
    return reportError(error, host);
  }
}

/** A module that cannot be loaded; `plant.ts` reports it without loading another one. */
function isModuleMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
