import { CommanderError } from "commander";
import type { Host } from "./host.js";
import { createProgram } from "./program.js";

/** Runs the command line and returns the exit code; errors are on stderr by then. */
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
    // Imported here: `plant --version` needs no library.
    const { reportError } = await import("./report-error.js");
    return reportError(error, host);
  }
}

/** A module of this program that was not loaded; `plant.ts` reports it without loading another one. */
function isModuleMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
