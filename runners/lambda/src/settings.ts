import {
  archiveSettings as archivePlace,
  databaseSettings,
  describeSettingIssue,
  findIneffectiveNames,
  formatError,
  pick,
  plantSettings,
  type Resolved,
  resolveSettings,
  runSettings,
  type SettingTable,
  sourceSettings,
} from "@lmnh/plant-runtime";
import { InvocationError } from "./errors.js";

const databaseOfLambda = { ...databaseSettings, ...pick(plantSettings, ["databaseSecret"]) };

/** What the Lambda that pulls reads of its environment; its deadline is the platform's. */
export const etlSettings = {
  ...sourceSettings,
  ...runSettings,
  ...databaseOfLambda,
};

/** What the Lambda that archives reads of its environment. */
export const archiveSettings = {
  ...archivePlace,
  ...pick(plantSettings, ["retention"]),
  ...databaseOfLambda,
};

export type DatabaseSettings = Resolved<typeof databaseOfLambda>;

/**
 * Reads the settings of a Lambda.
 *
 * @param check further problems, a line each
 * @throws InvocationError with everything that is wrong, so that it is mended at once
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
  check: (resolved: Resolved<Table>) => readonly string[],
): Resolved<Table> {
  const resolved = resolveSettings(table, { flags: {}, environment, dotEnv: {}, configFile: {} });
  const problems = [...resolved.issues.map(describeSettingIssue), ...check(resolved)];
  if (problems.length > 0)
    throw new InvocationError(`The Lambda's configuration is wrong: ${problems.join("; ")}.`);
  return resolved;
}

/**
 * Names that look like settings of this Lambda and have no effect, a line each. They are not refused: a deployment
 * may change the environment a moment before or after the code, and a minute without a pull cannot be made up for.
 */
export function warningsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return findIneffectiveNames(environment, "lambda").map(
    ({ name, message }) => `${name} (environment) ${message}`,
  );
}

/** Whether its text cannot be: then it has no value. */
export function isInvalidSetting({ issues }: Pick<DatabaseSettings, "issues">, key: string): boolean {
  return issues.some((issue) => issue.key === key);
}

/** What reading says is wrong, as lines. */
export function problemsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return formatError(error, "lambda").lines.map((line) => line.replace(/\.$/, ""));
  }
}
