import {
  archiveSettings as archiveLocationSettings,
  databaseSettings,
  describeSettingIssue,
  findUnreadVariables,
  formatError,
  alertSettings as messageSettings,
  pick,
  plantSettings,
  type Resolved,
  resolveSettings,
  runSettings,
  type SettingTable,
  sourceSettings,
} from "@lmnh/plant-runtime";
import { InvocationError } from "./invocation-error.js";

const lambdaDatabaseSettings = { ...databaseSettings, ...pick(plantSettings, ["databaseSecret"]) };

/** The settings of the ETL Lambda. Its deadline is the platform's limit. */
export const etlSettings = {
  ...sourceSettings,
  ...runSettings,
  ...lambdaDatabaseSettings,
};

/** The settings of the archive Lambda. */
export const archiveSettings = {
  ...archiveLocationSettings,
  ...pick(plantSettings, ["retention"]),
  ...lambdaDatabaseSettings,
};

/** The settings of the alert Lambda. */
export const alertSettings = {
  ...messageSettings,
  ...lambdaDatabaseSettings,
};

/** The settings of the dashboard Lambda. */
export const dashboardSettings = {
  ...archiveLocationSettings,
  ...pick(plantSettings, ["timeZone"]),
  ...lambdaDatabaseSettings,
};

export type ArchiveSettings = Resolved<typeof archiveLocationSettings>;

export type DatabaseSettings = Resolved<typeof lambdaDatabaseSettings>;

/**
 * Reads the settings of a Lambda.
 *
 * @param check further problems, a line each
 * @throws InvocationError with all problems
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
  check: (resolved: Resolved<Table>) => readonly string[],
): Resolved<Table> {
  const resolved = resolveSettings(table, { flags: {}, environment, dotEnv: {}, configFile: {} });
  const problems = [...resolved.issues.map(describeSettingIssue), ...check(resolved)];
  if (problems.length > 0)
    throw new InvocationError(`The Lambda's configuration is invalid: ${problems.join("; ")}.`);
  return resolved;
}

/**
 * Names that look like settings of this Lambda and have no effect, a line each. They are no errors: a deployment may
 * change the environment a moment before or after the code, and a missed pull cannot be repeated later.
 */
export function warningsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return findUnreadVariables(environment, "lambda").map(
    ({ name, message }) => `${name} (environment) ${message}`,
  );
}

/** Whether the text of the setting is invalid; then it has no value. */
export function isInvalidSetting({ issues }: Pick<Resolved<SettingTable>, "issues">, key: string): boolean {
  return issues.some((issue) => issue.key === key);
}

/** The lines of the error that `read` throws; none if it throws nothing. */
export function problemsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return formatError(error, "lambda").lines.map((line) => line.replace(/\.$/, ""));
  }
}
