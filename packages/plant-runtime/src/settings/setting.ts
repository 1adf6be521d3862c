export type Runner = "cli" | "lambda";

/** The value of a text, or what the text must be. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };
export type Parser<Value> = (text: string) => Parsed<Value>;

/** A setting: its name in each place and the parser of its text. */
export interface Setting<Value> {
  /** In the notation of commander: `--api <url>`. Without a flag it is set in the environment and in files only. */
  readonly flag?: string | undefined;
  readonly environment?: string | undefined;
  /** The text of the default value. */
  readonly fallback?: string | undefined;
  readonly description: string;
  readonly parse: Parser<Value>;
  /** The environment variable is also read in lower case, which wins, as in curl. */
  readonly anyCase?: boolean | undefined;
  /** The flag can be repeated; the values are lines of one text. Environment and files have one text with lines. */
  readonly repeats?: boolean | undefined;
  /** The value is never shown. */
  readonly secret?: boolean | undefined;
  /** The runners that have this setting; all by default. */
  readonly runners?: readonly Runner[] | undefined;
  /** Keys of settings whose flags cannot be combined with this one's. */
  readonly excludes?: readonly string[] | undefined;
}

/** By key: the flag's name in camelCase, which is also the key in a config file. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

export type Values<Table extends SettingTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** A setting with a fallback always has a value; without one it may be `undefined`. */
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
