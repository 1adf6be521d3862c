import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import {
  ExitCode,
  findIneffectiveNames,
  type Given,
  type GivenInFile,
  type IneffectiveName,
  isGiven,
  type Resolved,
  resolveSettings,
  type SettingIssue,
  type SettingTable,
  settingsOf,
  UserError,
} from "@lmnh/plant-runtime";
import type { Host } from "../host.js";
import { decodeFile } from "./decode-file.js";
import { misnamedFiles } from "./misnamed-files.js";
import { readConfig } from "./read-config.js";
import { readDotEnv } from "./read-dot-env.js";

const defaultConfigFile = "plant.config.json";
const dotEnvFile = ".env";
const maxBytes = 1_048_576;
const maxProblems = 10;

/** Settings, and what of the environment and the working directory looks like one and has no effect. */
export interface LoadedSettings<Table extends SettingTable> extends Resolved<Table> {
  /** A line each. */
  readonly warnings: readonly string[];
}

/**
 * Resolves a command's settings from its flags, the environment, and the files in the working directory. A command
 * without settings that these can have reads none of them.
 */
export function loadSettings<Table extends SettingTable>(
  host: Pick<Host, "directory" | "environment">,
  flags: Given,
  table: Table,
  configFile: string | undefined,
): LoadedSettings<Table> {
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
  const config = loadConfig(configPath, configContent);
  const resolved = resolveSettings(table, {
    flags,
    environment,
    dotEnv: dotEnv.given,
    configFile: config.given,
  });
  const weigh: Weigh = (found) => weighNames(found, table, resolved);
  const names = judgeEnvironment(environment, weigh);
  const fileNames = judgeDotEnv(dotEnv.given, weigh);
  const missing = [
    ...(dotEnvContent === undefined ? [dotEnvFile] : []),
    ...(configContent === undefined ? [defaultConfigFile] : []),
  ];
  return {
    ...resolved,
    issues: [...names.issues, ...dotEnv.issues, ...fileNames.issues, ...config.issues, ...resolved.issues],
    warnings: [...names.warnings, ...fileNames.warnings, ...misnamedFiles(filesOf(directory), missing)],
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

/**
 * A name that can only be a misspelt setting is refused: without that setting, readings would go to another database
 * or come from another API. Any other name may be somebody else's.
 */
function judgeEnvironment(environment: Given, weigh: Weigh): { issues: SettingIssue[]; warnings: string[] } {
  const found = weigh(findIneffectiveNames(environment, "cli"));
  return {
    issues: found
      .filter(({ isMisspelt }) => isMisspelt)
      .map(({ name, message }) => ({ key: null, origin: "environment", name, value: null, message })),
    warnings: found
      .filter(({ isMisspelt }) => !isMisspelt)
      .map(({ name, message }) => `${name} (environment) ${message}`),
  };
}

type Weigh = (found: readonly IneffectiveName[]) => IneffectiveName[];

/** What is left to tell, and to refuse, where the settings are known. */
function weighNames(
  found: readonly IneffectiveName[],
  table: SettingTable,
  resolved: Resolved<SettingTable>,
): IneffectiveName[] {
  return found.flatMap((each) => {
    const isOutranked = hasNoPart(each.name, table, resolved);
    const isSet = resolved.shown.some(({ name, origin }) => name === each.means && origin !== "default");
    if (each.means !== undefined && (isOutranked || isSet)) return [];
    return [{ ...each, isMisspelt: each.isMisspelt && !isOutranked }];
  });
}

/** A `DB_` name decides nothing where the database is given otherwise or not used; an `S3_` or `AWS_` name, the archive. */
function hasNoPart(name: string, table: SettingTable, resolved: Resolved<SettingTable>): boolean {
  const setting = /^db_/i.test(name) ? "database" : /^(?:s3|aws)_/i.test(name) ? "archive" : undefined;
  return setting !== undefined && (!Object.hasOwn(table, setting) || isGiven(resolved, setting));
}

interface LoadedFile {
  readonly given: GivenInFile;
  readonly issues: readonly SettingIssue[];
}

function loadConfig(path: string, content: FileContent): LoadedFile {
  if (content === undefined) return { given: {}, issues: [] };
  if ("text" in content) return readConfig(path, content.text, settingsOf("cli"));
  return { given: {}, issues: [aboutFile("config file", path, content.problem)] };
}

function readDotEnvContent(content: FileContent): LoadedFile {
  if (content === undefined) return { given: {}, issues: [] };
  if ("problem" in content) return { given: {}, issues: [aboutFile(".env", dotEnvFile, content.problem)] };
  const { entries, problems: all } = readDotEnv(content.text);
  // The file may serve other tools, whose readers take other forms.
  const problems = all.filter(({ name }) => name === undefined || isMeantForUs(name));
  const given: Record<string, { text: string; place: string }> = {};
  const issues = problems
    .slice(0, maxProblems)
    .map(({ line, message }) => aboutFile(".env", `${dotEnvFile}:${line}`, message));
  if (problems.length > maxProblems)
    issues.push(aboutFile(".env", dotEnvFile, `has ${problems.length - maxProblems} more such lines`));
  for (const { name, value, line } of entries) {
    const place = `${dotEnvFile}:${line}`;
    const first = given[name];
    if (first !== undefined && first.text !== value && isOurs(name))
      issues.push(aboutName(name, place, `is set twice, first at ${first.place}; set it once`));
    given[name] = { text: value, place };
  }
  return { given, issues };
}

function judgeDotEnv(given: GivenInFile, weigh: Weigh): { issues: SettingIssue[]; warnings: string[] } {
  const issues: SettingIssue[] = [];
  const warnings: string[] = [];
  for (const { name, message, isMisspelt } of weigh(namesWithoutEffect(given))) {
    const place = given[name]?.place ?? dotEnvFile;
    if (isMisspelt) issues.push(aboutName(name, place, message));
    else warnings.push(`${name} (${place}) ${message}`);
  }
  return { issues, warnings };
}

/** What is written in this program's own file with its own prefix is meant for it, whether a setting is near or not. */
function namesWithoutEffect(given: GivenInFile): IneffectiveName[] {
  const texts = Object.fromEntries(Object.entries(given).map(([name, entry]) => [name, entry?.text]));
  const table = settingsOf("cli");
  const keys = Object.keys(texts).flatMap((name) => {
    const variable = Object.hasOwn(table, name) ? table[name]?.environment : undefined;
    return variable === undefined
      ? []
      : [{ name, message: `is not a setting here; did you mean ${variable}?`, isMisspelt: true }];
  });
  const names = findIneffectiveNames(texts, "cli").map((found) => ({
    ...found,
    isMisspelt: found.isMisspelt || found.message.startsWith("is not a setting"),
  }));
  return [...keys, ...names];
}

/** A setting, or what may be a misspelt one. */
function isMeantForUs(name: string): boolean {
  return (
    /^(?:plant|db|s3)_/i.test(name) ||
    isOurs(name) ||
    namesWithoutEffect({ [name]: { text: "x", place: "" } }).length > 0
  );
}

function isOurs(name: string): boolean {
  return Object.values(settingsOf("cli")).some(({ environment }) => environment === name);
}

function aboutFile(origin: SettingIssue["origin"], place: string, message: string): SettingIssue {
  return { key: null, origin, name: place, place, value: null, message };
}

function aboutName(name: string, place: string, message: string): SettingIssue {
  return { key: null, origin: ".env", name, place, value: null, message };
}
