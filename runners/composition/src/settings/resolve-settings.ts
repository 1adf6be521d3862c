import { redact } from "./redact.js";
import type { Setting, SettingTable, Values } from "./setting.js";

export type OriginName = "flag" | "environment" | ".env" | "config file" | "default";

/** Texts by the name that the place has for them; empty environment variables count as not set. */
export type Given = Readonly<Record<string, string | undefined>>;

export interface GivenTexts {
  /** By key. */
  readonly flags: Given;
  /** By environment name. */
  readonly environment: Given;
  /** By environment name. */
  readonly dotEnv: Given;
  /** By key. */
  readonly configFile: Given;
}

/** A value that cannot be, with the place that it comes from and what that place calls it. */
export interface SettingIssue {
  /** The setting's key; `null` where it is about a whole file or no setting at all. */
  readonly key: string | null;
  readonly origin: OriginName;
  readonly name: string;
  /** Without secrets; `null` where there is no value. */
  readonly value: string | null;
  readonly message: string;
}

export interface ShownSetting {
  readonly key: string;
  /** The flag, or else the environment name. */
  readonly name: string;
  /** Without secrets; `null` where there is no value. */
  readonly value: string | null;
  readonly origin: OriginName;
}

export interface Resolved<Table extends SettingTable> {
  /** To be used only when there are no issues. */
  readonly values: Values<Table>;
  readonly shown: readonly ShownSetting[];
  readonly issues: readonly SettingIssue[];
}

/** Takes each setting from the first place that has it: flag, environment, `.env`, config file, default. */
export function resolveSettings<Table extends SettingTable>(
  table: Table,
  given: GivenTexts,
): Resolved<Table> {
  const values: Record<string, unknown> = {};
  const shown: ShownSetting[] = [];
  const issues: SettingIssue[] = [];
  for (const [key, setting] of Object.entries(table)) {
    const { origin, name, text } = findText(key, setting, given);
    const value = text === undefined ? null : setting.secret ? "***" : redact(text);
    shown.push({ key, name: flagName(setting) ?? setting.environment ?? key, value, origin });
    if (text === undefined) continue;
    const result = setting.schema.safeParse(text);
    if (result.success) values[key] = result.data;
    else for (const { message } of result.error.issues) issues.push({ key, origin, name, value, message });
  }
  return { values: values as Values<Table>, shown, issues };
}

/** Whether anybody has said what this setting is to be. */
export function isGiven({ shown }: Pick<Resolved<SettingTable>, "shown">, wanted: string): boolean {
  return shown.some(({ key, origin }) => key === wanted && origin !== "default");
}

/** An issue as one line. */
export function describeSettingIssue({ origin, name, value, message }: SettingIssue): string {
  const place = origin === "flag" ? name : `${name} (${origin})`;
  return value === null ? `${place} ${message}` : `${place} is ${JSON.stringify(value)}: ${message}`;
}

function findText(
  key: string,
  setting: Setting<unknown>,
  { flags, environment, dotEnv, configFile }: GivenTexts,
): { origin: OriginName; name: string; text: string | undefined } {
  const flag = flags[key];
  if (flag !== undefined) return { origin: "flag", name: flagName(setting) ?? key, text: flag };
  if (setting.environment !== undefined) {
    const name = setting.environment;
    if (environment[name]) return { origin: "environment", name, text: environment[name] };
    if (dotEnv[name]) return { origin: ".env", name, text: dotEnv[name] };
    const text = configFile[key];
    if (text !== undefined) return { origin: "config file", name: key, text };
  }
  return { origin: "default", name: key, text: setting.fallback };
}

function flagName(setting: Setting<unknown>): string | undefined {
  return setting.flag?.split(" ", 1)[0];
}
