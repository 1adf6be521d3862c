import { describeStack, ExitCode, errorOutcome, formatError, withOutcome } from "@lmnh/plant-runtime";
import { CommanderError } from "commander";
import type { Host } from "./host.js";
import { printable, printableJson } from "./output/printable.js";
import { createProgram } from "./program.js";
import { adviseBy, programName } from "./program-name.js";
import { UsageError } from "./usage-error.js";

/** Runs the command line and gives the exit code; errors are on stderr by then. */
export async function main(host: Host): Promise<number> {
  let exitCode: number = ExitCode.done;
  const name = programName(host);
  const writeLine = (line: string) => host.stderr.write(`${printable(adviseBy(name, line))}\n`);
  try {
    const program = createProgram(host, (code) => {
      exitCode = code;
    });
    await program.parseAsync(host.args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help or the version, which commander has written.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    const explanation = formatError(error, "cli");
    for (const line of explanation.lines) writeLine(`error: ${line}`);
    // A command reports its own errors; here there was none to do so.
    if (error instanceof UsageError && host.args.includes("--json")) {
      const verdict = errorOutcome(error, "cli");
      host.stdout.write(`${printableJson(withOutcome({ problem: verdict.problem }, verdict))}\n`);
    }
    if (error instanceof UsageError) writeLine(`See: ${error.help}`);
    if (host.environment.PLANT_DEBUG === "1") for (const line of describeStack(error)) writeLine(line);
    return explanation.exitCode;
  }
}
