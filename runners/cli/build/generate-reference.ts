import { exitCodeMeanings, type Setting, type SettingTable, settingsOf } from "@lmnh/plant-runtime";
import type { Command } from "../src/command.js";
import { actionSummaries } from "../src/commands/summaries.js";
import { outputSettings } from "../src/output/output.js";

export type DocumentedCommand = Command & { readonly name: string; readonly summary: string };

/** The command line's reference as Markdown, made of what the program itself is made of. */
export function writeReference(summary: string, commands: readonly DocumentedCommand[]): string {
  const lines = [
    "# plant on the command line",
    "",
    "<!-- Generated from the program by `npm run docs` in runners/cli. -->",
    "",
    `For everyone who types \`plant\`. ${summary}`,
    "",
    ...withActions(commands).map(
      ({ name, summary: what }) =>
        `${name.includes(" ") ? "  " : ""}- [\`plant ${name}\`](#plant-${name.replace(" ", "-")}): ${what}`,
    ),
    "",
    "## Settings",
    "",
    "Each setting comes from the first of these places that has it: flag, environment, `.env` in the working",
    "directory, config file, default. The config file is `plant.config.json` in the working directory or what",
    "`--config` names: one JSON object with the keys of this table; an unknown key is an error. All errors are reported",
    "at once, with their place. `plant doctor` shows each value and its origin.",
    "",
    "A misspelt setting is never ignored. An environment variable with a similar name, such as `PLANT_DATABSE`, is",
    "an error; any other name that starts with `PLANT_` is a warning. In `.env`, both are errors, as are a line that is not",
    "`NAME=VALUE`, a setting that is set twice, and a `#` in a setting's value without quotation marks; such lines of",
    "other tools are ignored. A misspelt `DB_` name is a warning where `database` is given, a misspelt `S3_` name where",
    "`archive` is. Other tools' names, such as `DB_SERVER`, `DB_USERNAME` or `S3_BUCKET`, are errors if neither the",
    "corresponding setting nor the database or the archive is given; `AWS_S3_BUCKET` is a warning. Both files are UTF-8, with",
    "or without a byte order mark, or UTF-16 with one. An option that is given twice with different values is an error.",
    "",
    "Passwords, tokens and unknown URL parameters are shown as `***`; an invalid value that may contain one is not",
    "printed. Control characters are printed as escapes, such as `\\u001b`.",
    "",
    "| key | flag | environment | default | meaning |",
    "|---|---|---|---|---|",
    ...Object.entries(settingsOf("cli")).map(([key, setting]) => settingRow(key, setting)),
    "",
    "Durations are written `500ms`, `10s`, `5m`, `24h`, `7d`. The folder of the default database is created; the folder of a",
    "named database has to exist. If `DB_HOST` is set and no database is given, the `DB_` variables select a SQL Server;",
    "other `DB_` variables without `DB_HOST` are an error then. The equivalent URL:",
    "`mssql://USER:PASSWORD@HOST:1433/DATABASE?encrypt=true&trustServerCertificate=false&caFile=FILE&schema=dbo`, each part",
    "percent-encoded. See [sql-server.md](sql-server.md).",
    "",
    "## Exit codes",
    "",
    "| code | meaning |",
    "|---|---|",
    ...Object.entries(exitCodeMeanings).map(([code, meaning]) => `| ${code} | ${meaning} |`),
    "",
    "A second signal ends the process at once, with 130 (SIGINT), 143 (SIGTERM) or 129 (SIGHUP, which a closed terminal",
    "sends). If the output is not writable, for example on a full disk, the command continues and exits with 75 instead of",
    "0; a closed pipe (`| head`) has no effect. `npx` and `npm start` can replace these codes by npm's own after Ctrl-C;",
    "`node_modules/.bin/plant` returns them. Each error is one line with the next step; with `PLANT_DEBUG=1` its stack",
    "follows.",
    "",
    "## Options of every command",
    "",
    ...optionTable(outputSettings),
    ...withActions(commands).flatMap((command) => commandSection(command)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Each command, followed by its actions. */
export function withActions(commands: readonly DocumentedCommand[]): DocumentedCommand[] {
  return commands.flatMap((command) => [
    command,
    ...Object.entries(command.actions ?? {}).map(([action, each]) => {
      const name = `${command.name} ${action}`;
      return { ...each, name, summary: actionSummaries[name] ?? "" };
    }),
  ]);
}

function commandSection({
  name,
  summary,
  description,
  operands = [],
  settings,
  examples,
  exits,
}: DocumentedCommand): string[] {
  const own = Object.fromEntries(
    Object.entries(settings).filter(
      ([key, { environment }]) => environment === undefined && !(key in outputSettings),
    ),
  );
  const shared = Object.values(settings).flatMap(({ environment, flag }) =>
    environment === undefined ? [] : [code(flag?.split(" ", 1)[0] ?? environment)],
  );
  return [
    "",
    `${name.includes(" ") ? "###" : "##"} plant ${name}`,
    "",
    `${summary}.`,
    ...description.flatMap((paragraph) => ["", paragraph]),
    ...(operands.length === 0
      ? []
      : [
          "",
          "| operand | meaning |",
          "|---|---|",
          ...operands.map((operand) => `| ${code(operand.name)} | ${plain(operand.description)} |`),
        ]),
    ...(Object.keys(own).length === 0 ? [] : ["", ...optionTable(own)]),
    ...(shared.length === 0 ? [] : ["", `Settings: ${shared.join(", ")}.`]),
    "",
    "```sh",
    ...examples.flatMap(([line, meaning]) => [`# ${meaning}`, line]),
    "```",
    "",
    "| exit | when |",
    "|---|---|",
    ...exits.map(([exit, meaning]) => `| ${exit} | ${meaning} |`),
  ];
}

function optionTable(table: SettingTable): string[] {
  return [
    "| option | default | meaning |",
    "|---|---|---|",
    ...Object.values(table).map(
      ({ flag = "", fallback, description }) =>
        `| ${code(flag)} | ${flag.includes("<") && fallback !== undefined ? code(fallback) : ""} | ${plain(description)} |`,
    ),
  ];
}

function settingRow(key: string, { flag, environment, fallback, description }: Setting<unknown>): string {
  return `| ${[code(key), code(flag), code(environment), code(fallback), plain(description)].join(" | ")} |`;
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}

/** Text in which Markdown sees no tags. */
function plain(text: string): string {
  return text.replaceAll("<", "\\<");
}
