import { ExitCode, explainError } from "@lmnh/plant-composition";
import { CommanderError } from "commander";
import type { Host } from "./host.js";
import { createProgram } from "./program.js";

/** Runs the command line and gives the exit code; errors are on stderr by then. */
export async function main(host: Host): Promise<number> {
  let exitCode: number = ExitCode.done;
  try {
    const program = createProgram(host, (code) => {
      exitCode = code;
    });
    await program.parseAsync(host.args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said it already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    const explanation = explainError(error, "cli");
    for (const line of explanation.lines) host.stderr.write(`error: ${line}\n`);
    if (host.environment.PLANT_DEBUG === "1" && error instanceof Error)
      host.stderr.write(`${stackOf(error)}\n`);
    return explanation.exitCode;
  }
}

/** The stack, with those of the causes. */
function stackOf(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
