import type { Setting, SettingTable, SettingTexts } from "@lmnh/plant-runtime";
import { Command as CommanderCommand, Help, Option } from "commander";
import type { Action, Command, CommandText } from "../command.js";
import type { Host } from "../host.js";
import { helpColumns } from "../output/help-columns.js";
import { wrapWords } from "../output/wrap-words.js";
import { adviseBy, type ProgramName, programName } from "./program-name.js";
import { UsageError } from "./usage-error.js";

/**
 * Gives a command its options, its help and its action.
 *
 * @param onDone receives the exit code
 */
export function addCommand(
  sub: CommanderCommand,
  command: Command,
  host: Host,
  onDone: (exitCode: number) => void,
): void {
  const name = programName(host);
  const requested = () => command.actions?.find((action) => sub.args.includes(action.name));
  describe(sub, command, command.settings);
  sub
    .allowExcessArguments(false)
    .addHelpText("after", () => helpAfter(requested() ?? command, name, helpColumns(host.stdout)))
    .configureHelp({
      formatHelp: (_, help) => {
        const action = requested();
        const of =
          action === undefined ? sub : actionCommand(`${name} ${sub.name()}`, action, command.settings);
        return Help.prototype.formatHelp.call(help, of, help);
      },
    });
  const flags = collectFlags(sub, command.settings);
  sub.action(async () => onDone(await command.run(host, flags(), sub.args)));
}

function describe(sub: CommanderCommand, text: CommandText, settings: SettingTable): void {
  sub.description(text.description.join("\n\n"));
  for (const { name, description } of text.operands ?? []) sub.argument(name, description);
  for (const setting of Object.values(settings))
    if (setting.flag !== undefined) sub.addOption(optionOf(setting.flag, setting));
}

/** A command that is only printed. */
function actionCommand(prefix: string, action: Action, settings: SettingTable): CommanderCommand {
  const used = Object.entries(settings).filter(([key]) => action.uses.includes(key));
  const command = new CommanderCommand(`${prefix} ${action.name}`);
  describe(command, action, Object.fromEntries(used));
  return command;
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
        throw new UsageError(`option '${option.flags}' ${problem}`, `plant ${sub.name()} --help`);
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
