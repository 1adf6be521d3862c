import {
  describeSettingIssue,
  ExitCode,
  errorOutcome,
  type Resolved,
  resolveSettings,
  type SettingTable,
  type SettingTexts,
  setting,
  text,
  UserError,
  type Values,
} from "@lmnh/plant-runtime";
import type { Host } from "./host.js";
import { createOutput, type Output, outputSettings } from "./output/output.js";
import { loadSettings } from "./settings/load-settings.js";

/** A command's documentation; help and docs/cli.md are generated from it. */
export interface CommandText {
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** What each exit code means here. */
  readonly exits: readonly (readonly [code: ExitCode, meaning: string])[];
}

/** What a command gets to do its work. */
export interface Task<Table extends SettingTable> {
  readonly host: Host;
  readonly output: Output;
  readonly values: Values<Table>;
  readonly resolved: Resolved<SettingTable>;
  /** What looks like a setting and has no effect, a line each. */
  readonly warnings: readonly string[];
}

export interface Command extends CommandText {
  readonly settings: SettingTable;
  /** `flags` are the texts that were given, by key. */
  run(host: Host, flags: SettingTexts): Promise<ExitCode>;
}

/** Makes a command of its text, its settings and what it does; the options of every command are added. */
export function defineCommand<Table extends SettingTable>(
  definition: CommandText & {
    readonly settings: Table;
    /** `false`: the command does its work whatever is wrong with the settings, and reports issues and warnings itself. */
    readonly refusesIssues?: boolean;
    readonly act: (task: Task<Table>) => Promise<ExitCode>;
  },
): Command {
  const { settings, refusesIssues = true, act, ...described } = definition;
  const readsSettings = Object.values(settings).some(({ environment }) => environment !== undefined);
  const all = { ...settings, ...(readsSettings ? configSetting : {}), ...outputSettings };
  return {
    ...described,
    settings: all,
    async run(host, flags) {
      const looks = resolveSettings(outputSettings, { flags, environment: {}, dotEnv: {}, configFile: {} });
      const created = createOutput(host, looks.values);
      let hasResult = false;
      const output: Output = {
        ...created,
        result(...given) {
          hasResult = true;
          created.result(...given);
        },
      };
      try {
        return await act(loadTask(host, flags, output));
      } catch (error) {
        if (looks.values.json && !hasResult) {
          const outcome = errorOutcome(error, "cli");
          output.result({ problem: outcome.problem }, [], outcome);
        }
        throw error;
      }
    },
  };

  /** Throws a `UserError` for settings that cannot be. */
  function loadTask(host: Host, flags: SettingTexts, output: Output): Task<Table> {
    const resolved = loadSettings(host, flags, all, flags.config);
    const { issues, warnings } = resolved;
    if (refusesIssues) for (const warning of warnings) output.warn(warning);
    const misused = issues.some(({ origin }) => origin === "flag");
    if (misused || (refusesIssues && issues.length > 0))
      throw new UserError(
        misused ? ExitCode.usage : ExitCode.configuration,
        issues.map(describeSettingIssue),
      );
    return { host, output, values: resolved.values as Values<Table>, resolved, warnings };
  }
}

const configSetting = {
  config: setting({
    flag: "--config <file>",
    description: "A config file in place of plant.config.json",
    schema: text,
  }),
};
