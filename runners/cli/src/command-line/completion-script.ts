/** What a shell completes of one command. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** What can follow the name: `file` is completed with file names, a list with its words. */
  readonly operand: "none" | "file" | readonly string[];
  readonly options: readonly CompletedOption[];
  /** The commands that can follow the name. */
  readonly actions: readonly CompletedCommand[];
}

export interface CompletedOption {
  /** Such as `--api`. */
  readonly name: string;
  readonly description: string;
  /** What follows the name; `file` is completed with file names. */
  readonly value: "none" | "file" | "text";
}

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A script that completes `plant` in a shell. Pure; the script starts no program. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return `${writers[shell](commands).join("\n")}\n`;
}

const writers: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string[]>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

function namesOf(options: readonly CompletedOption[], value?: CompletedOption["value"]): string {
  return options
    .filter((option) => value === undefined || option.value === value)
    .map(({ name }) => name)
    .join(" ");
}

/** The words that can follow the name. */
function wordsOf({ operand, actions }: CompletedCommand): readonly string[] {
  return [...actions.map(({ name }) => name), ...(Array.isArray(operand) ? operand : [])];
}

function bashScript(commands: readonly CompletedCommand[]): string[] {
  const branch = (pattern: string, command: CompletedCommand) => [
    `    ${pattern})`,
    `      words="${[...wordsOf(command), namesOf(command.options), "--help"].filter((part) => part !== "").join(" ")}"`,
    `      operand=${command.operand === "file" ? "file" : "word"}`,
    `      files="${namesOf(command.options, "file")}"`,
    `      texts="${namesOf(command.options, "text")}" ;;`,
  ];
  return [
    "# bash completion of plant. Load it now: source <(plant completion bash)",
    "_plant() {",
    `  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}`,
    `  local action="" words="" operand="" files="" texts=""`,
    "  COMPREPLY=()",
    `  if [ "$COMP_CWORD" -eq 1 ]; then`,
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help --help --version" -- "$word"))`,
    "    return",
    "  fi",
    // The word that is being completed is no action yet.
    `  if [ "$COMP_CWORD" -gt 2 ]; then action=\${COMP_WORDS[2]}; fi`,
    `  case "\${COMP_WORDS[1]} $action" in`,
    ...commands.flatMap((command) => [
      ...command.actions.flatMap((action) => branch(`"${command.name} ${action.name}"`, action)),
      ...branch(`"${command.name} "*`, command),
    ]),
    "  esac",
    `  case "$operand $word" in "file -"*) operand=word ;; esac`,
    '  case " $files " in *" $before "*) operand=file ;; esac',
    '  case " $texts " in *" $before "*) return ;; esac',
    '  if [ "$operand" = file ]; then',
    "    compopt -o filenames 2>/dev/null",
    '    COMPREPLY=($(compgen -f -- "$word"))',
    "    return",
    "  fi",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    "complete -F _plant plant",
  ];
}

function zshScript(commands: readonly CompletedCommand[]): string[] {
  const specification = ({ name, description, value }: CompletedOption) => {
    const argument = { none: "", file: ":file:_files", text: ":value: " }[value];
    // In a specification of _arguments, these characters have a meaning.
    const escaped = description.replace(/[\\[\]:]/g, "\\$&");
    return quoteForZsh(`${name}[${escaped}]${argument}`);
  };
  const branch = (pattern: string, command: CompletedCommand) => [
    `    ${pattern})`,
    "      _arguments \\",
    ...command.options.map((option) => `        ${specification(option)} \\`),
    `        ${quoteForZsh(command.operand === "file" ? "*:file:_files" : `*:word:(${wordsOf(command).join(" ")})`)} ;;`,
  ];
  return [
    "#compdef plant",
    "# zsh completion of plant. Store it as _plant in a directory of $fpath, or load it now: source <(plant completion zsh)",
    "_plant() {",
    "  if (( CURRENT == 2 )); then",
    "    local -a commands=(",
    ...commands.map(
      ({ name, summary }) => `      ${quoteForZsh(`${name}:${summary.replaceAll(":", "\\:")}`)}`,
    ),
    "    )",
    "    _describe command commands",
    "    return",
    "  fi",
    '  local name=$words[2] action=""',
    // The word that is being completed is no action yet.
    "  if (( CURRENT > 3 )); then action=$words[3]; fi",
    "  shift words",
    "  (( CURRENT-- ))",
    '  case "$name $action" in',
    ...commands.flatMap((command) => [
      ...command.actions.flatMap((action) => branch(`"${command.name} ${action.name}"`, action)),
      ...branch(`"${command.name} "*`, command),
    ]),
    "  esac",
    "}",
    // Autoloaded from $fpath, the file is the function; sourced, it has to be declared.
    'if [ "$funcstack[1]" = "_plant" ]; then _plant "$@"; else compdef _plant plant; fi',
  ];
}

function quoteForZsh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishScript(commands: readonly CompletedCommand[]): string[] {
  const quote = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  return [
    "# fish completion of plant. Load it now: plant completion fish | source",
    "complete -c plant -f",
    ...commands.map(
      ({ name, summary }) => `complete -c plant -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap((command) => {
      const { name, actions } = command;
      const seen = (words: readonly string[]) => `__fish_seen_subcommand_from ${words.join(" ")}`;
      const names = actions.map((action) => action.name);
      return [
        ...completions(
          names.length === 0 ? seen([name]) : `${seen([name])}; and not ${seen(names)}`,
          command,
        ),
        ...actions.flatMap((action) => completions(`${seen([name])}; and ${seen([action.name])}`, action)),
      ];
    }),
  ];

  function completions(condition: string, command: CompletedCommand): string[] {
    const within = `complete -c plant -n '${condition}'`;
    return [
      ...wordsOf(command).map((word) => `${within} -a ${word}`),
      ...(command.operand === "file" ? [`${within} -F`] : []),
      ...command.options.map((option) => {
        const argument = { none: "", file: " -r -F", text: " -x" }[option.value];
        return `${within} -l ${option.name.slice(2)}${argument} -d ${quote(option.description)}`;
      }),
    ];
  }
}
