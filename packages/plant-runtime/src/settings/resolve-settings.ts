import { describeInvalidValue } from "./describe-invalid-value.js";
import { redact } from "./redact.js";
import type { Parsed, Setting, SettingTable, Values } from "./setting.js";

export type OriginName = "flag" | "environment" | ".env" | "config file" | "default";

/** The texts of settings by name. Empty environment variables count as not set. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;

/** As `SettingTexts`, each with its place in a file: `plant.config.json:3:14`. */
export type SettingTextsWithPlaces = Readonly<
  Record<string, { readonly text: string; readonly place: string } | undefined>
>;

/** Where settings come from. */
export interface SettingSources {
  /** By key. */
  readonly flags: SettingTexts;
  /** By environment name. */
  readonly environment: SettingTexts;
  /** By environment name. */
  readonly dotEnv: SettingTextsWithPlaces;
  /** By key. */
  readonly configFile: SettingTextsWithPlaces;
}

/** An invalid value, with its origin and its name there. */
export interface SettingIssue {
  /** The setting's key; `null` if the issue is about a file or an unknown name. */
  readonly key: string | null;
  readonly origin: OriginName;
  readonly name: string;
  /** The place in a file: `plant.config.json:3:14`. */
  readonly place?: string | undefined;
  /** `null` if there is no value, or if it may contain a secret. */
  readonly value: string | null;
  readonly message: string;
}

export interface ShownSetting {
  readonly key: string;
  /** The flag, or else the environment name. */
  readonly name: string;
  /** Without secrets; `null` if there is no value. */
  readonly value: string | null;
  readonly origin: OriginName;
}

export interface Resolved<Table extends SettingTable> {
  /** Complete only if there are no issues. */
  readonly values: Values<Table>;
  readonly shown: readonly ShownSetting[];
  readonly issues: readonly SettingIssue[];
}

/** Reads each setting from the first place that has it: flag, environment, `.env`, config file, default. */
export function resolveSettings<Table extends SettingTable>(
  table: Table,
  sources: SettingSources,
): Resolved<Table> {
  const values: Record<string, unknown> = {};
  const shown: ShownSetting[] = [];
  const issues: SettingIssue[] = [];
  for (const [key, setting] of Object.entries(table)) {
    const { origin, name, place, text } = findText(key, setting, sources);
    const parsed = text === undefined ? undefined : parse(setting, text);
    if (parsed !== undefined && "value" in parsed) values[key] = parsed.value;
    const problem = parsed !== undefined && "problem" in parsed ? parsed.problem : undefined;
    if (text !== undefined && problem !== undefined) {
      const value = setting.secret ? null : describeInvalidValue(text);
      issues.push({ key, origin, name, place, value, message: problem });
    }
    shown.push({
      key,
      name: flagName(setting) ?? setting.environment ?? key,
      value: text === undefined ? null : shownValue(setting, text, problem !== undefined),
      origin,
    });
  }
  return { values: values as Values<Table>, shown, issues };
}

function parse(setting: Setting<unknown>, text: string): Parsed<unknown> {
  const lines = setting.repeats ? text.replace(/\r?\n/g, "") : text;
  if (/\p{Cc}/u.test(lines.trim())) return { problem: "must be one line without control characters" };
  return setting.parse(text);
}

function shownValue({ secret }: Setting<unknown>, text: string, isInvalid: boolean): string {
  if (secret) return hidden;
  return isInvalid ? (describeInvalidValue(text) ?? hidden) : redact(text);
}

const hidden = "***";

/** Whether the setting has a value from anywhere but its default. */
export function isSet({ shown }: Pick<Resolved<SettingTable>, "shown">, settingKey: string): boolean {
  return shown.some(({ key, origin }) => key === settingKey && origin !== "default");
}

/** An issue as one line. */
export function describeSettingIssue({ origin, name, place, value, message }: SettingIssue): string {
  const subject = origin === "flag" || place === name ? name : `${name} (${place ?? origin})`;
  return value === null ? `${subject} ${message}` : `${subject} is ${JSON.stringify(value)}: ${message}`;
}

interface FoundText {
  readonly origin: OriginName;
  readonly name: string;
  readonly place?: string | undefined;
  readonly text: string | undefined;
}

function findText(
  key: string,
  setting: Setting<unknown>,
  { flags, environment, dotEnv, configFile }: SettingSources,
): FoundText {
  const flag = flags[key];
  if (flag !== undefined) return { origin: "flag", name: flagName(setting) ?? key, text: flag };
  if (setting.environment !== undefined) {
    const name = setting.environment;
    const variable = namesOf(setting).find((each) => environment[each]);
    if (variable !== undefined) return { origin: "environment", name: variable, text: environment[variable] };
    const line = dotEnv[name];
    if (line?.text) return { origin: ".env", name, ...line };
    const member = configFile[key];
    if (member !== undefined) return { origin: "config file", name: key, ...member };
  }
  return { origin: "default", name: key, text: setting.fallback };
}

/** The environment variables of a setting; the first one that has a value wins. */
function namesOf({ environment, anyCase }: Setting<unknown>): string[] {
  if (environment === undefined) return [];
  return anyCase ? [environment.toLowerCase(), environment] : [environment];
}

function flagName(setting: Setting<unknown>): string | undefined {
  return setting.flag?.split(" ", 1)[0];
}
