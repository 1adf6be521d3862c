import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import {
  ExitCode,
  findUnreadVariables,
  type IneffectiveName,
  isSet,
  type Resolved,
  resolveSettings,
  type SettingIssue,
  type SettingTable,
  type SettingTexts,
  type SettingTextsWithPlaces,
  settingsOf,
  UserError,
} from "@lmnh/plant-runtime";
import { decodeFile } from "../files/decode-file.js";
import type { Host } from "../host.js";
import { misnamedFiles } from "./misnamed-files.js";
import { readDotEnv } from "./read-dot-env.js";

const defaultConfigFile = "plant.config.json";
const dotEnvFile = ".env";
const maxBytes = 1_048_576;
const maxProblems = 10;

/** Settings, and warnings about names and files that resemble settings and have no effect. */
export interface LoadedSettings<Table extends SettingTable> extends Resolved<Table> {
  /** A line each. */
  readonly warnings: readonly string[];
}

/**
 * Resolves a command's settings from its flags, the environment, and the files in the working directory. A command
 * whose settings are flags only reads neither the environment nor files.
 */
export async function loadSettings<Table extends SettingTable>(
  host: Pick<Host, "directory" | "environment">,
  flags: SettingTexts,
  table: Table,
  configFile: string | undefined,
): Promise<LoadedSettings<Table>> {
  if (!Object.values(table).some((setting) => setting.environment !== undefined))
    return {
      ...resolveSettings(table, { flags, environment: {}, dotEnv: {}, configFile: {} }),
      warnings: [],
    };
  const { environment } = host;
  const directory = workingDirectory(host);
  const configPath = configFile ?? defaultConfigFile;
  const dotEnvContent = readFile(directory, dotEnvFile, false);
  const configContent = readFile(directory, configPath, configFile !== undefined);
  const dotEnv = readDotEnvContent(dotEnvContent);
  const config = await loadConfig(configPath, configContent);
  const resolved = resolveSettings(table, {
    flags,
    environment,
    dotEnv: dotEnv.texts,
    configFile: config.texts,
  });
  const inEnvironment = reportIneffective(
    omitIrrelevant(findUnreadVariables(environment, "cli"), table, resolved),
    (name) => ({ key: null, origin: "environment", name, value: null }),
  );
  const inDotEnv = reportIneffective(
    omitIrrelevant(findIneffectiveInDotEnv(dotEnv.texts), table, resolved),
    (name) => dotEnvIssue(name, dotEnv.texts[name]?.place ?? dotEnvFile),
  );
  const missing = [
    ...(dotEnvContent === undefined ? [dotEnvFile] : []),
    ...(configContent === undefined ? [defaultConfigFile] : []),
  ];
  return {
    ...resolved,
    issues: [
      ...inEnvironment.issues,
      ...dotEnv.issues,
      ...inDotEnv.issues,
      ...config.issues,
      ...resolved.issues,
    ],
    warnings: [
      ...inEnvironment.warnings,
      ...inDotEnv.warnings,
      ...misnamedFiles(filesOf(directory), missing),
    ],
  };
}

function workingDirectory(host: Pick<Host, "directory">): string {
  try {
    return host.directory;
  } catch (cause) {
    throw new UserError(
      ExitCode.configuration,
      "The working directory does not exist: it was deleted, or its disk was unmounted. Change to another one and start again",
      { cause },
    );
  }
}

type FileContent = { readonly text: string } | { readonly problem: string } | undefined;

function readFile(directory: string, file: string, required: boolean): FileContent {
  const path = resolve(directory, file);
  try {
    const stats = statSync(path);
    if (stats.isDirectory() && !required) return undefined;
    if (stats.isFile() && stats.size > maxBytes)
      return { problem: `is larger than ${maxBytes} bytes; settings take a few lines` };
    return decodeFile(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === "ENOENT" && lstatSync(path, { throwIfNoEntry: false }) === undefined;
    return isMissing && !required ? undefined : { problem: `cannot be read: ${code ?? String(error)}` };
  }
}

/** For suggestions only: a directory that cannot be listed has none. */
function filesOf(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

type IssueLocation = Omit<SettingIssue, "message">;

/**
 * A name that can only be a misspelt setting is an issue: without that setting, readings would go to another database
 * or come from another API. Any other name may belong to another program and is a warning.
 */
function reportIneffective(
  names: readonly IneffectiveName[],
  locate: (name: string) => IssueLocation,
): { issues: SettingIssue[]; warnings: string[] } {
  const issues: SettingIssue[] = [];
  const warnings: string[] = [];
  for (const { name, message, isMisspelt } of names) {
    const location = locate(name);
    if (isMisspelt) issues.push({ ...location, message });
    else warnings.push(`${name} (${location.place ?? location.origin}) ${message}`);
  }
  return { issues, warnings };
}

/** Omits names whose setting has a value or no effect on this command. Without an effect, no name is an error. */
function omitIrrelevant(
  names: readonly IneffectiveName[],
  table: SettingTable,
  resolved: Resolved<SettingTable>,
): IneffectiveName[] {
  return names.flatMap((each) => {
    const isIrrelevant = belongsToUnusedGroup(each.name, table, resolved);
    const hasValue = resolved.shown.some(({ name, origin }) => name === each.aliasOf && origin !== "default");
    if (each.aliasOf !== undefined && (isIrrelevant || hasValue)) return [];
    return [{ ...each, isMisspelt: each.isMisspelt && !isIrrelevant }];
  });
}

/**
 * A `DB_` name has no effect if `database` is set or the command has no database; an `S3_` or `AWS_` name likewise with
 * `archive`.
 */
function belongsToUnusedGroup(name: string, table: SettingTable, resolved: Resolved<SettingTable>): boolean {
  const setting = /^db_/i.test(name) ? "database" : /^(?:s3|aws)_/i.test(name) ? "archive" : undefined;
  return setting !== undefined && (!Object.hasOwn(table, setting) || isSet(resolved, setting));
}

interface LoadedFile {
  readonly texts: SettingTextsWithPlaces;
  readonly issues: readonly SettingIssue[];
}

async function loadConfig(path: string, content: FileContent): Promise<LoadedFile> {
  if (content === undefined) return { texts: {}, issues: [] };
  if ("problem" in content) return { texts: {}, issues: [fileIssue("config file", path, content.problem)] };
  // The parser is loaded only if there is a file.
  const { readConfig } = await import("./read-config.js");
  return readConfig(path, content.text, settingsOf("cli"));
}

function readDotEnvContent(content: FileContent): LoadedFile {
  if (content === undefined) return { texts: {}, issues: [] };
  if ("problem" in content) return { texts: {}, issues: [fileIssue(".env", dotEnvFile, content.problem)] };
  const { entries, problems: all } = readDotEnv(content.text);
  // Other tools may share the file and read other syntax.
  const problems = all.filter(({ name }) => name === undefined || isProbablySetting(name));
  const texts: Record<string, { text: string; place: string }> = {};
  const issues = problems
    .slice(0, maxProblems)
    .map(({ line, message }) => fileIssue(".env", `${dotEnvFile}:${line}`, message));
  if (problems.length > maxProblems)
    issues.push(fileIssue(".env", dotEnvFile, `has ${problems.length - maxProblems} more such lines`));
  for (const { name, value, line } of entries) {
    const place = `${dotEnvFile}:${line}`;
    const first = texts[name];
    if (first !== undefined && first.text !== value && isSetting(name))
      issues.push({
        ...dotEnvIssue(name, place),
        message: `is set twice, first at ${first.place}; set it once`,
      });
    texts[name] = { text: value, place };
  }
  return { texts, issues };
}

/** In `.env`, an unknown name with the program's own prefix is misspelt even if no setting is similar. */
function findIneffectiveInDotEnv(entries: SettingTextsWithPlaces): IneffectiveName[] {
  const texts = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entry?.text]));
  const table = settingsOf("cli");
  const keys = Object.keys(texts).flatMap((name) => {
    const variable = Object.hasOwn(table, name) ? table[name]?.environment : undefined;
    return variable === undefined
      ? []
      : [{ name, message: `is not a setting here; did you mean ${variable}?`, isMisspelt: true }];
  });
  const names = findUnreadVariables(texts, "cli").map((found) => ({
    ...found,
    isMisspelt: found.isMisspelt || found.message.startsWith("is not a setting"),
  }));
  return [...keys, ...names];
}

/** Whether it is the name of a setting, or may be a misspelt one. */
function isProbablySetting(name: string): boolean {
  return (
    /^(?:plant|db|s3)_/i.test(name) ||
    isSetting(name) ||
    findIneffectiveInDotEnv({ [name]: { text: "x", place: "" } }).length > 0
  );
}

function isSetting(name: string): boolean {
  return Object.values(settingsOf("cli")).some(({ environment }) => environment === name);
}

function fileIssue(origin: SettingIssue["origin"], place: string, message: string): SettingIssue {
  return { key: null, origin, name: place, place, value: null, message };
}

function dotEnvIssue(name: string, place: string): IssueLocation {
  return { key: null, origin: ".env", name, place, value: null };
}
