import type { Command, CommanderError } from "commander";

/** Adds a command that has a name and a summary only. */
export function addSubcommand(parent: Command, name: string, summary: string): Command {
  const command = parent.command(name).summary(summary);
  throwErrors(command);
  return command;
}

/** An error of commander, and its command. */
export class CommandLineError extends Error {
  readonly command: Command;
  override readonly cause: CommanderError;

  constructor(cause: CommanderError, command: Command) {
    super(cause.message);
    this.cause = cause;
    this.command = command;
  }
}

/** Throws a CommandLineError, or commander's own error after commander has written help or the version. */
export function throwErrors(command: Command): void {
  command.showSuggestionAfterError(false).exitOverride((error) => {
    throw error.exitCode === 0 || error.code === "commander.help"
      ? error
      : new CommandLineError(error, command);
  });
}
