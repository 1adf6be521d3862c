import type { Setting, SettingTable, SettingTexts } from "@lmnh/plant-runtime";
import { type Command as CommanderCommand, Option } from "commander";
import type { Command, CommandText } from "../command.js";
import { actionSummaries } from "../commands/summaries.js";
import type { Host } from "../host.js";
import { helpColumns } from "../output/help-columns.js";
import { wrapWords } from "../output/wrap-words.js";
import { addSubcommand } from "./add-subcommand.js";
import { commandPath } from "./command-path.js";
import { adviseBy, type ProgramName, programName } from "./program-name.js";
import { UsageError } from "./usage-error.js";

/**
 * Gives a command its options, its help, its actions, and what it does.
 *
 * @param onDone receives the exit code
 */
export function addCommand(
  sub: CommanderCommand,
  command: Command,
  host: Host,
  onDone: (exitCode: number) => void,
): void {
  sub.description(command.description.join("\n\n"));
  for (const { name, description } of command.operands ?? []) sub.argument(name, description);
  for (const setting of Object.values(command.settings))
    if (setting.flag !== undefined) sub.addOption(optionOf(setting.flag, setting));
  sub
    .allowExcessArguments(false)
    .addHelpText("after", () => helpAfter(command, programName(host), helpColumns(host.stdout)));
  const flags = collectFlags(sub, command.settings);
  sub.action(async () => onDone(await command.run(host, flags(), sub.args)));
  const actions = Object.entries(command.actions ?? {});
  if (actions.length === 0) return;
  sub.helpCommand(false);
  sub.hook("preSubcommand", (_, action) => {
    const [first] = sub.options.filter((option) => flags()[option.attributeName()] !== undefined);
    if (first !== undefined)
      throw new UsageError(
        `option '${first.flags}' is before '${action.name()}'; put it behind`,
        `${commandPath(action)} --help`,
      );
  });
  for (const [name, action] of actions)
    addCommand(
      addSubcommand(sub, name, actionSummaries[`${sub.name()} ${name}`] ?? ""),
      action,
      host,
      onDone,
    );
}

/** Collects the options on the command line by key. Throws for a value that looks like an option, and for a second value. */
function collectFlags(sub: CommanderCommand, settings: SettingTable): () => SettingTexts {
  const texts: Record<string, string> = {};
  for (const option of sub.options) {
    const key = option.attributeName();
    if (!Object.hasOwn(settings, key)) continue;
    sub.on(`option:${option.name()}`, (value: string | null) => {
      const text = value ?? String(!option.negate);
      const fail = (problem: string) => {
        throw new UsageError(`option '${option.flags}' ${problem}`, `${commandPath(sub)} --help`);
      };
      if (value !== null && /^(?:--|-[a-z]$)/i.test(value)) fail("argument missing: an option follows");
      if (texts[key] !== undefined && settings[key]?.repeats) {
        texts[key] += `\n${text}`;
        return;
      }
      if (texts[key] !== undefined && texts[key] !== text) fail("is given twice; give it once");
      texts[key] = text;
    });
  }
  return () => texts;
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

function helpAfter({ examples: lines, exits }: CommandText, name: ProgramName, columns: number): string {
  const examples = lines.map(([line, meaning]) => [adviseBy(name, line), meaning] as const);
  const width = Math.max(...examples.map(([line]) => line.length));
  const besideLines = examples.every(([, meaning]) => 4 + width + meaning.length <= columns);
  return [
    "",
    "Examples:",
    // A command line is not wrapped.
    ...examples.map(([line, meaning]) =>
      besideLines
        ? `  ${line.padEnd(width)}  ${meaning}`
        : `  ${line}\n${indented("      ", meaning, columns)}`,
    ),
    "",
    "Exit codes:",
    ...exits.map(
      ([code, meaning]) => `  ${String(code).padEnd(4)}${indented("      ", meaning, columns).trimStart()}`,
    ),
    "  1   an internal error; 2  an invalid command or option",
  ].join("\n");
}

function indented(margin: string, text: string, columns: number): string {
  return wrapWords(text, columns - margin.length).replace(/^/gm, margin);
}
