import { ExitCode, oneOf, UserError } from "@lmnh/plant-runtime";
import { type Command, defineCommand } from "../command.js";
import {
  type CompletedCommand,
  type CompletedOption,
  completionScript,
  shells,
} from "../command-line/completion-script.js";
import { actionSummaries, type CommandName, commandNames, commandSummaries } from "./summaries.js";

/** @param load imports every command, this one among them */
export const completionCommand = (load: Readonly<Record<CommandName, () => Promise<Command>>>) =>
  defineCommand({
    description: [
      "Prints a script that completes commands and options in a shell. It is made of the program's own table of commands, and starts no program itself.",
    ],
    operands: [{ name: "<shell>", description: shells.join(", ") }],
    examples: [
      ["source <(plant completion bash)", "for this shell; in ~/.bashrc for every one"],
      ["plant completion zsh > ~/.zfunc/_plant", "where ~/.zfunc is in $fpath"],
      ["plant completion fish > ~/.config/fish/completions/plant.fish", "for every shell"],
    ],
    exits: [[ExitCode.done, "the script was printed"]],
    settings: {},
    async act({ operands: [given = ""], host, output, resolved }) {
      const shell = oneOf(...shells)(given);
      if ("problem" in shell)
        throw new UserError(
          ExitCode.usage,
          `The shell ${JSON.stringify(given.slice(0, 40))} is unknown: it ${shell.problem}`,
        );
      const commands = await Promise.all(
        commandNames.map(async (name) => describe(name, commandSummaries[name], await load[name]())),
      );
      const script = completionScript(shell.value, commands);
      // As it is: a line of the report is shortened, and without what looks like a secret.
      if ("json" in resolved.values && resolved.values.json === true)
        output.result({ shell: shell.value, script }, [], null);
      else host.stdout.write(script);
      return ExitCode.done;
    },
  });

function describe(
  name: string,
  summary: string,
  { settings, operands = [], actions = {} }: Command,
): CompletedCommand {
  const options = Object.values<Command["settings"][string]>(settings).flatMap(
    ({ flag, description }): CompletedOption[] => {
      if (flag === undefined) return [];
      const [option = flag, argument] = flag.split(" ");
      // The first sentence: a list of completions has one line an option.
      const [sentence = description] = description.split(/(?<=[a-z)])[.;] /, 1);
      return [{ name: option, description: sentence, value: completedValue(argument) }];
    },
  );
  return {
    name,
    summary,
    operand: completedOperand(operands[0]?.name),
    options,
    actions: Object.entries(actions).map(([action, command]) =>
      describe(action, actionSummaries[`${name} ${action}`] ?? "", command),
    ),
  };
}

function completedOperand(operand: string | undefined): CompletedCommand["operand"] {
  if (operand === "<shell>") return shells;
  return completedValue(operand) === "file" ? "file" : "none";
}

function completedValue(argument: string | undefined): CompletedOption["value"] {
  if (argument === undefined) return "none";
  return /file|folder|dir|path/.test(argument) ? "file" : "text";
}
