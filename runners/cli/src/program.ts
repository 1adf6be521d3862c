import { Command as CommanderCommand } from "commander";
import { version } from "../package.json";
import { addSubcommand, throwErrors } from "./command-line/add-subcommand.js";
import { programName } from "./command-line/program-name.js";
import { loadCommand } from "./commands/index.js";
import { commandNames, commandSummaries } from "./commands/summaries.js";
import type { Host } from "./host.js";
import { helpColumns } from "./output/help-columns.js";

export const summary =
  "Polls the museum's plant sensors, loads the readings into a database, and archives them.";

/**
 * Creates the command line for `host.args`. Only the commands that the arguments name are loaded; the others have
 * a name and a summary only.
 *
 * @param onDone receives the exit code of the command that ran
 */
export async function createProgram(
  host: Host,
  onDone: (exitCode: number) => void,
): Promise<CommanderCommand> {
  const name = programName(host);
  const program = new CommanderCommand(name)
    .description(summary)
    .version(version)
    // What follows the name of a command or an action is its own.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      // Errors are written where they are caught.
      outputError: () => {},
      getOutHelpWidth: () => helpColumns(host.stdout),
      getErrHelpWidth: () => helpColumns(host.stderr),
    })
    .addHelpText("after", `\nStart here: ${name} demo\nMore: ${name} COMMAND --help`);
  throwErrors(program);
  // `plant COMMAND` or `plant help COMMAND`.
  const named = host.args.slice(0, 2);
  for (const commandName of commandNames) {
    const sub = addSubcommand(program, commandName, commandSummaries[commandName]);
    if (!named.includes(commandName)) continue;
    const { addCommand } = await import("./command-line/add-command.js");
    addCommand(sub, await loadCommand[commandName](), host, onDone);
  }
  return program;
}
