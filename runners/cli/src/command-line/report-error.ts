import { describeStack, errorDocument, errorOutcome, formatError, withOutcome } from "@lmnh/plant-runtime";
import type { Host } from "../host.js";
import { printable, printableJson } from "../output/printable.js";
import { CommandLineError } from "./add-subcommand.js";
import { adviseBy, programName } from "./program-name.js";
import { UsageError, usageError } from "./usage-error.js";

/** Writes an error that ended the program to stderr, and returns the exit code. */
export function reportError(thrown: unknown, host: Host): number {
  const error = thrown instanceof CommandLineError ? usageError(thrown.cause, thrown.command) : thrown;
  const name = programName(host);
  const writeLine = (line: string) => host.stderr.write(`${printable(adviseBy(name, line))}\n`);
  const { lines, exitCode } = formatError(error, "cli");
  for (const line of lines) writeLine(`error: ${line}`);
  // A command reports its own errors; here none ran.
  if (error instanceof UsageError && host.args.includes("--json")) {
    const outcome = errorOutcome(error, "cli");
    host.stdout.write(`${printableJson(withOutcome(errorDocument(outcome), outcome))}\n`);
  }
  if (error instanceof UsageError) writeLine(`See: ${error.help}`);
  if (host.environment.PLANT_DEBUG === "1") for (const line of describeStack(error)) writeLine(line);
  return exitCode;
}
