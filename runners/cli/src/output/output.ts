import { styleText } from "node:util";
import {
  boolean,
  type OutcomeCodes,
  okOutcome,
  setting,
  type Values,
  withOutcome,
} from "@lmnh/plant-runtime";
import { adviseBy, programName } from "../command-line/program-name.js";
import type { Host, Terminal } from "../host.js";
import { printable, printableJson } from "./printable.js";
import { wrapWords } from "./wrap-words.js";

export const outputSettings = {
  json: setting({
    flag: "--json",
    fallback: "false",
    description:
      "Print the report as one JSON document on stdout, and everything else on stderr. If the command fails before its report, the document has outcome, reason, exitCode and problem",
    schema: boolean,
  }),
  quiet: setting({
    flag: "--quiet",
    fallback: "false",
    description: "Print only errors, warnings and JSON",
    schema: boolean,
    excludes: ["verbose"],
  }),
  verbose: setting({
    flag: "--verbose",
    fallback: "false",
    description: "Print every retry, notice and invalid detail",
    schema: boolean,
  }),
  color: setting({
    flag: "--no-color",
    fallback: "true",
    description: "Print no colours; same as the variable NO_COLOR",
    schema: boolean,
  }),
};

/** Writes a command's result to stdout, and everything else to stderr. */
export interface Output {
  readonly verbose: boolean;
  /**
   * Writes the result: the document with `--json`, the lines without. The document includes the outcome,
   * `ok` by default; `null` if it is not a report.
   */
  result(document: object, lines: readonly string[], outcome?: OutcomeCodes | null): void;
  /** A step of the command. */
  note(line: string): void;
  /** Only with `--verbose`. */
  detail(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  /** On a terminal, a line that the next call overwrites; `""` removes it. Nothing elsewhere. */
  progress(line: string): void;
  /** `true` where `progress` shows anything. */
  readonly showsProgress: boolean;
}

export function createOutput(
  host: Pick<Host, "stdout" | "stderr" | "environment" | "scriptPath">,
  { json, quiet, verbose, color }: Values<typeof outputSettings>,
): Output {
  const { stdout, stderr, environment } = host;
  const colors = color && !environment.NO_COLOR && stderr.isTerminal;
  const showsProgress = stderr.isTerminal && !quiet;
  const name = programName(host);
  const shown = (line: string) => printable(adviseBy(name, line));
  const wrapped = (line: string) => (stderr.isTerminal ? wrapWords(line, stderr.columns) : line);
  const writeLine = (line: string) =>
    stderr.write(`${clear(stderr, showsProgress)}${wrapped(shown(line))}\n`);
  const writeLabelled = (format: "red" | "yellow", word: string, line: string) => {
    const label = colors ? styleText(format, word, { validateStream: false }) : word;
    // The label is coloured after its length was counted.
    const text = wrapped(`${word} ${shown(line)}`).slice(word.length);
    stderr.write(`${clear(stderr, showsProgress)}${label}${text}\n`);
  };
  return {
    verbose,
    showsProgress,
    result(document, lines, outcome = okOutcome) {
      if (json)
        stdout.write(`${printableJson(outcome === null ? document : withOutcome(document, outcome))}\n`);
      else if (!quiet) stdout.write(`${clear(stdout, showsProgress)}${lines.map(shown).join("\n")}\n`);
    },
    note: (line) => {
      if (!quiet) writeLine(line);
    },
    detail: (line) => {
      if (verbose) writeLine(line);
    },
    warn: (line) => writeLabelled("yellow", "warning:", line),
    error: (line) => writeLabelled("red", "error:", line),
    progress: (line) => {
      if (showsProgress) stderr.write(`${clearLine}${shown(line).slice(0, stderr.columns - 1)}`);
    },
  };
}

const clearLine = "\r\u001b[K";

/** Removes the progress line first, if there is one. */
function clear(terminal: Terminal, showsProgress: boolean): string {
  return showsProgress && terminal.isTerminal ? clearLine : "";
}
