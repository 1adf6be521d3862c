import { styleText } from "node:util";
import {
  boolean,
  type OutcomeCodes,
  okOutcome,
  oneOf,
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
      "Print the report as one JSON document on stdout, and everything else on stderr. If the command fails before its report, the document has outcome, reason, exitCode and error",
    parse: boolean,
  }),
  quiet: setting({
    flag: "--quiet",
    fallback: "false",
    description: "Print only errors, warnings and JSON",
    parse: boolean,
    excludes: ["verbose"],
  }),
  verbose: setting({
    flag: "--verbose",
    fallback: "false",
    description: "Print every retry, notice and invalid detail",
    parse: boolean,
  }),
  logFormat: setting({
    flag: "--log-format <format>",
    fallback: "plain",
    description:
      "The lines on stderr: plain, for people; text or json, each with time, level and the id of its run",
    parse: oneOf("plain", "text", "json"),
  }),
  color: setting({
    flag: "--no-color",
    fallback: "true",
    description: "Print no colours; same as the variable NO_COLOR",
    parse: boolean,
  }),
};

/** A line of stored data, in which nothing is a command of this program. */
export interface Verbatim {
  readonly verbatim: string;
}

/** Writes a command's result to stdout, and everything else to stderr. */
export interface Output {
  readonly verbose: boolean;
  /**
   * Writes the result: the document with `--json`, the lines without. The document includes the outcome,
   * `ok` by default; `null` if it is not a report. On a terminal with colours, `colored` is applied to each printed line.
   */
  result(
    document: object,
    lines: readonly (string | Verbatim)[],
    outcome?: OutcomeCodes | null,
    colored?: (line: string) => string,
  ): void;
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
  /** The same output, whose lines belong to a run. */
  forRun(runId: string): Output;
}

type Level = "debug" | "info" | "warn" | "error";

export function createOutput(
  host: Pick<Host, "stdout" | "stderr" | "environment" | "scriptPath" | "directory" | "clock">,
  options: Values<typeof outputSettings>,
  runId: string | null = null,
): Output {
  const { json, quiet, verbose, color, logFormat } = options;
  const { stdout, stderr, environment, clock } = host;
  const colors = color && !environment.NO_COLOR && stderr.isTerminal;
  const showsProgress = stderr.isTerminal && !quiet && logFormat === "plain";
  const name = programName(host);
  const shown = (line: string | Verbatim) =>
    typeof line === "string" ? printable(adviseBy(name, line)) : printable(line.verbatim);
  const wrapped = (line: string) => (stderr.isTerminal ? wrapWords(line, stderr.columns) : line);
  const writePlainly = (level: Level, line: string) => {
    const [format, word] = labels[level];
    const text = wrapped(word === "" ? shown(line) : `${word} ${shown(line)}`);
    // The label is coloured after its length was counted.
    const label = colors && format !== null ? styleText(format, word, { validateStream: false }) : word;
    stderr.write(`${clear(stderr, showsProgress)}${label}${text.slice(word.length)}\n`);
  };
  const writeLine = (level: Level, line: string) => {
    if (logFormat === "plain") return writePlainly(level, line);
    const time = new Date(clock.now()).toISOString();
    if (logFormat === "json")
      stderr.write(`${printableJson({ time, level, runId, message: shown(line) })}\n`);
    else stderr.write(`${time} ${level} run=${runId ?? "-"} ${shown(line)}\n`);
  };
  return {
    verbose,
    showsProgress,
    result(document, lines, outcome = okOutcome, colored = (line) => line) {
      if (json)
        stdout.write(`${printableJson(outcome === null ? document : withOutcome(document, outcome))}\n`);
      else if (!quiet) {
        const colors = color && !environment.NO_COLOR && stdout.isTerminal;
        const printed = lines.map(shown).map((line) => (colors ? colored(line) : line));
        stdout.write(`${clear(stdout, showsProgress)}${printed.join("\n")}\n`);
      }
    },
    note: (line) => {
      if (!quiet) writeLine("info", line);
    },
    detail: (line) => {
      if (verbose) writeLine("debug", line);
    },
    warn: (line) => writeLine("warn", line),
    error: (line) => writeLine("error", line),
    progress: (line) => {
      if (showsProgress) stderr.write(`${clearLine}${shown(line).slice(0, stderr.columns - 1)}`);
    },
    forRun: (ofRun) => createOutput(host, options, ofRun),
  };
}

/** The colour and the word at the beginning of a plain line. */
const labels: Readonly<Record<Level, readonly [format: "red" | "yellow" | null, word: string]>> = {
  debug: [null, ""],
  info: [null, ""],
  warn: ["yellow", "warning:"],
  error: ["red", "error:"],
};

const clearLine = "\r\u001b[K";

/** Removes the progress line first, if there is one. */
function clear(terminal: Terminal, showsProgress: boolean): string {
  return showsProgress && terminal.isTerminal ? clearLine : "";
}
