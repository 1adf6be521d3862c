/** What a shell completes of one command. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Words that can follow the name. */
  readonly actions: readonly string[];
  readonly options: readonly CompletedOption[];
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

function bashScript(commands: readonly CompletedCommand[]): string[] {
  return [
    "# bash completion of plant. Load it now: source <(plant completion bash)",
    "_plant() {",
    `  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words="" files="" texts=""`,
    "  COMPREPLY=()",
    `  if [ "$COMP_CWORD" -eq 1 ]; then`,
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help --help --version" -- "$word"))`,
    "    return",
    "  fi",
    `  case "\${COMP_WORDS[1]}" in`,
    ...commands.flatMap(({ name, actions, options }) => [
      `    ${name})`,
      `      words="${[...actions, namesOf(options), "--help"].filter((part) => part !== "").join(" ")}"`,
      `      files="${namesOf(options, "file")}"`,
      `      texts="${namesOf(options, "text")}" ;;`,
    ]),
    "  esac",
    '  case " $files " in *" $before "*)',
    "    compopt -o filenames 2>/dev/null",
    '    COMPREPLY=($(compgen -f -- "$word"))',
    "    return ;;",
    "  esac",
    '  case " $texts " in *" $before "*) return ;; esac',
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
    "  local name=$words[2]",
    "  shift words",
    "  (( CURRENT-- ))",
    "  case $name in",
    ...commands.flatMap(({ name, actions, options }) => [
      `    ${name})`,
      "      _arguments \\",
      ...options.map((option) => `        ${specification(option)} \\`),
      `        ${quoteForZsh(`*:word:(${actions.join(" ")})`)} ;;`,
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
    ...commands.flatMap(({ name, actions, options }) => {
      const within = `complete -c plant -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...actions.map((action) => `${within} -a ${action}`),
        ...options.map((option) => {
          const argument = { none: "", file: " -r -F", text: " -x" }[option.value];
          return `${within} -l ${option.name.slice(2)}${argument} -d ${quote(option.description)}`;
        }),
      ];
    }),
  ];
}
