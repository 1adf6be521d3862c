import type { z } from "zod";

export type Runner = "cli" | "lambda";

/** One thing that can be set: what it is called in each place, and how its text is read. */
export interface Setting<Value> {
  /** As commander reads it: `--api <url>`. None where only the environment and the files may say it. */
  readonly flag?: string;
  readonly environment?: string;
  /** The value's text where nobody says anything. */
  readonly fallback?: string;
  readonly description: string;
  readonly schema: z.ZodType<Value, string>;
  /** The value is never shown. */
  readonly secret?: boolean;
  /** Who takes it; everybody where nothing is said. */
  readonly runners?: readonly Runner[];
  /** Keys of settings whose flags cannot go with this one's. */
  readonly excludes?: readonly string[];
}

/** By key: the flag's name in camelCase, which is also the key in a config file. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

export type Values<Table extends SettingTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** A setting that always has a value when it has a fallback, and may be `undefined` when not. */
export function setting<Value>(options: Setting<Value> & { readonly fallback: string }): Setting<Value>;
export function setting<Value>(options: Setting<Value>): Setting<Value | undefined>;
export function setting<Value>(options: Setting<Value>): Setting<Value | undefined> {
  return options;
}

/** The entries of a table that have these keys. */
export function pick<Table extends SettingTable, Key extends keyof Table & string>(
  table: Table,
  keys: readonly Key[],
): Pick<Table, Key> {
  return Object.fromEntries(keys.map((key) => [key, table[key]])) as Pick<Table, Key>;
}
