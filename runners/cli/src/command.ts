import {
  describeSettingIssue,
  describeStack,
  ExitCode,
  errorDocument,
  errorOutcome,
  formatError,
  type Resolved,
  resolveSettings,
  type SettingTable,
  type SettingTexts,
  setting,
  text,
  UserError,
  type Values,
} from "@lmnh/plant-runtime";
import { UsageError } from "./command-line/usage-error.js";
import type { Host } from "./host.js";
import { createOutput, type Output, outputSettings } from "./output/output.js";
import { loadSettings } from "./settings/load-settings.js";

/** A command's documentation; help and docs/cli.md are generated from it. */
export interface CommandText {
  /** What can follow the command's name, in the notation of commander. None by default. */
  readonly operands?: readonly Operand[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** What each exit code of this command means. */
  readonly exits: readonly (readonly [code: ExitCode, meaning: string])[];
}

export interface Operand {
  /** Such as `<file>`, `[file]` or `[hours...]`. */
  readonly name: string;
  readonly description: string;
}

/** The inputs of a command. */
export interface Task<Table extends SettingTable> {
  readonly host: Host;
  readonly output: Output;
  readonly values: Values<Table>;
  readonly resolved: Resolved<SettingTable>;
  /** Names and files that resemble settings and have no effect, a line each. */
  readonly warnings: readonly string[];
  /** The operands on the command line. */
  readonly operands: readonly string[];
}

export interface Command extends CommandText {
  readonly settings: SettingTable;
  /** Commands of their own, by the word that follows this command's name, such as `ack`. */
  readonly actions?: Readonly<Record<string, Command>>;
  /** `flags` are the texts of the flags on the command line, by key. */
  run(host: Host, flags: SettingTexts, operands: readonly string[]): Promise<ExitCode>;
}

/** Defines a command. `--config`, `--json` and the other options that all commands share are added to its settings. */
export function defineCommand<Table extends SettingTable>(
  definition: CommandText & {
    readonly settings: Table;
    readonly actions?: Command["actions"];
    /** `false` for a command that also runs with invalid settings and reports issues and warnings itself. */
    readonly refusesIssues?: boolean;
    readonly act: (task: Task<Table>) => Promise<ExitCode>;
  },
): Command {
  const { settings, actions = {}, refusesIssues = true, act, ...described } = definition;
  const readsSettings = Object.values(settings).some(({ environment }) => environment !== undefined);
  const all = { ...settings, ...(readsSettings ? configSetting : {}), ...outputSettings };
  return {
    ...described,
    settings: all,
    actions,
    async run(host, flags, operands) {
      const outputOptions = resolveSettings(outputSettings, {
        flags,
        environment: {},
        dotEnv: {},
        configFile: {},
      });
      const created = createOutput(host, outputOptions.values);
      let hasResult = false;
      const output: Output = {
        ...created,
        result(...args) {
          hasResult = true;
          created.result(...args);
        },
        forRun(runId) {
          const ofRun = created.forRun(runId);
          return { ...ofRun, result: output.result };
        },
      };
      try {
        return await act({ ...(await loadTask(host, flags, output)), operands });
      } catch (error) {
        if (error instanceof UsageError) throw error;
        const outcome = errorOutcome(error, "cli");
        for (const line of formatError(error, "cli").lines) output.error(line);
        if (host.environment.PLANT_DEBUG === "1") for (const line of describeStack(error)) output.note(line);
        if (outputOptions.values.json && !hasResult) output.result(errorDocument(outcome), [], outcome);
        return outcome.exitCode;
      }
    },
  };

  /** Throws a `UserError` for invalid settings. */
  async function loadTask(
    host: Host,
    flags: SettingTexts,
    output: Output,
  ): Promise<Omit<Task<Table>, "operands">> {
    const resolved = await loadSettings(host, flags, all, flags.config);
    const { issues, warnings } = resolved;
    if (refusesIssues) for (const warning of warnings) output.warn(warning);
    const hasInvalidFlag = issues.some(({ origin }) => origin === "flag");
    if (hasInvalidFlag || (refusesIssues && issues.length > 0))
      throw new UserError(
        hasInvalidFlag ? ExitCode.usage : ExitCode.configuration,
        issues.map(describeSettingIssue),
      );
    return { host, output, values: resolved.values as Values<Table>, resolved, warnings };
  }
}

const configSetting = {
  config: setting({
    flag: "--config <file>",
    description: "A config file in place of plant.config.json",
    parse: text,
  }),
};
