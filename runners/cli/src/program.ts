import type { Given, Setting } from "@lmnh/plant-composition";
import { Command as CommanderCommand, Option } from "commander";
import { version } from "../package.json";
import type { Command } from "./command.js";
import { archiveCommand } from "./commands/archive.js";
import { demoCommand } from "./commands/demo.js";
import { doctorCommand } from "./commands/doctor.js";
import { lsCommand } from "./commands/ls.js";
import { migrateCommand } from "./commands/migrate.js";
import { restoreCommand } from "./commands/restore.js";
import { runCommand } from "./commands/run.js";
import { simulateCommand } from "./commands/simulate.js";
import { verifyCommand } from "./commands/verify.js";
import type { Host } from "./host.js";

export const commands: readonly Command[] = [
  demoCommand,
  migrateCommand,
  runCommand,
  archiveCommand,
  verifyCommand,
  restoreCommand,
  lsCommand,
  simulateCommand,
  doctorCommand,
];

export const summary = "The museum's plant pipeline: pull, clean and keep what every plant says.";

/** The command line; `onDone` is told the exit code of the command that ran. */
export function createProgram(host: Host, onDone: (exitCode: number) => void): CommanderCommand {
  const program = new CommanderCommand("plant")
    .description(summary)
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("See: plant --help")
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => (host.stdout.isTerminal ? host.stdout.columns : 100),
      getErrHelpWidth: () => (host.stderr.isTerminal ? host.stderr.columns : 100),
    })
    .addHelpText("after", "\nStart here: plant demo\nMore: plant COMMAND --help");
  for (const command of commands) addCommand(program, command, host, onDone);
  return program;
}

function addCommand(
  program: CommanderCommand,
  command: Command,
  host: Host,
  onDone: (exitCode: number) => void,
): void {
  const sub = program
    .command(command.name)
    .summary(command.summary)
    .description(command.description.join("\n\n"))
    .allowExcessArguments(false)
    .showHelpAfterError(`See: plant ${command.name} --help`)
    .addHelpText("after", helpAfter(command));
  for (const setting of Object.values(command.settings))
    if (setting.flag !== undefined) sub.addOption(optionOf(setting.flag, setting));
  sub.action(async () => onDone(await command.run(host, givenFlags(sub))));
}

function optionOf(flag: string, setting: Setting<unknown>): Option {
  const option = new Option(flag, describeOption(setting));
  return setting.excludes === undefined ? option : option.conflicts([...setting.excludes]);
}

function describeOption({ description, fallback, environment, flag }: Setting<unknown>): string {
  const remarks = [
    ...(fallback !== undefined && flag?.includes("<") ? [`default: ${fallback}`] : []),
    ...(environment === undefined ? [] : [`env: ${environment}`]),
  ];
  return remarks.length === 0 ? description : `${description} (${remarks.join(", ")})`;
}

/** What stands on the command line and nothing else: no default of commander's. */
function givenFlags(sub: CommanderCommand): Given {
  const given = Object.entries(sub.opts()).filter(([key]) => sub.getOptionValueSource(key) === "cli");
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}

function helpAfter({ examples, exits }: Command): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  return [
    "",
    "Examples:",
    ...examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`),
    "",
    "Exit codes:",
    ...exits.map(([code, meaning]) => `  ${String(code).padEnd(4)}${meaning}`),
    "  1   a defect; 2  a wrong option",
  ].join("\n");
}
