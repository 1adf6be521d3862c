import { ExitCode, showInvalid, similarName, UserError } from "@lmnh/plant-runtime";
import type { Command, CommanderError } from "commander";

/** A command line that is not one of this program's. */
export class UsageError extends UserError {
  /** The command line that shows what is possible. */
  readonly help: string;

  constructor(line: string, help: string) {
    super(ExitCode.usage, line);
    this.name = "UsageError";
    this.help = help;
  }
}

/** Commander's error without the value that an unknown option came with, and with what is likely to be meant. */
export function usageError({ code, message }: CommanderError, command: Command): UsageError {
  const line = message.replace(/^error: /, "");
  const help = `${command.parent === null ? "plant" : `plant ${command.name()}`} --help`;
  const given = /^unknown \w+ '(.*)'$/s.exec(line)?.[1] ?? "";
  if (code === "commander.unknownOption") {
    // The other letters of a short option may be a value.
    const option = given.startsWith("--") ? given.replace(/=.*/s, "") : given.slice(0, 2);
    const known = command.options.flatMap(({ long }) => long ?? []);
    return new UsageError(
      `unknown option '${option}'${meant(similarName(option, [...known, "--help"]))}`,
      help,
    );
  }
  if (code === "commander.unknownCommand") {
    const shown = showInvalid(given);
    const known = command.commands.map((sub) => sub.name());
    return new UsageError(
      `unknown command${shown === null ? "" : ` '${shown}'`}${meant(similarName(given, known))}`,
      help,
    );
  }
  return new UsageError(line, help);
}

function meant(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`;
}
