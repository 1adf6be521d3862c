import { describeInvalidValue, ExitCode, similarName, UserError } from "@lmnh/plant-runtime";
import type { Command, CommanderError } from "commander";
import { actionSummaries } from "../commands/summaries.js";
import { commandPath } from "./command-path.js";

/** Invalid command or option. */
export class UsageError extends UserError {
  /** The command that shows the valid commands or options. */
  readonly help: string;

  constructor(line: string, help: string) {
    super(ExitCode.usage, line);
    this.name = "UsageError";
    this.help = help;
  }
}

/** Commander's error with a suggestion, and without the value of an unknown option, which may be a secret. */
export function usageError({ code, message }: CommanderError, command: Command): UsageError {
  const line = message.replace(/^error: /, "");
  const help = `${commandPath(command)} --help`;
  const unknown = /^unknown \w+ '(.*)'$/s.exec(line)?.[1] ?? "";
  if (code === "commander.unknownOption") {
    // The other letters of a short option may be a value.
    const option = unknown.startsWith("--") ? unknown.replace(/=.*/s, "") : unknown.slice(0, 2);
    const known = command.options.flatMap(({ long }) => long ?? []);
    return new UsageError(
      `unknown option '${option}'${didYouMean(similarName(option, [...known, "--help"]))}`,
      help,
    );
  }
  if (code === "commander.unknownCommand") {
    const shown = describeInvalidValue(unknown);
    const known = [...command.commands.map((sub) => sub.name()), ...Object.keys(actionSummaries)];
    // The name of an action without its command, such as `verify`.
    const action = known.find((name) => name.endsWith(` ${unknown}`));
    return new UsageError(
      `unknown command${shown === null ? "" : ` '${shown}'`}${didYouMean(action ?? similarName(unknown, known))}`,
      help,
    );
  }
  const [first = ""] = command.args;
  if (code === "commander.excessArguments" && command.commands.length > 0) {
    const known = command.commands.map((sub) => sub.name());
    const shown = describeInvalidValue(first);
    return new UsageError(
      `${command.name()} has no action${shown === null ? " of this name" : ` '${shown}'`}${didYouMean(similarName(first, known))}`,
      help,
    );
  }
  return new UsageError(line, help);
}

function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`;
}
