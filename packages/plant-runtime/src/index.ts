export { archiveOutcome, restoreOutcome, verifyOutcome } from "./archive-outcome.js";
export { type CreateNotifiersOptions, createNotifiers, describeTarget } from "./create-notifiers.js";
export { type DailyHistory, dailyHistory } from "./daily-history.js";
export { describeBytes } from "./describe-bytes.js";
export { describeStack } from "./describe-stack.js";
export { UserError } from "./errors.js";
export { escapeControls } from "./escape-controls.js";
export { ExitCode, exitCodeMeanings } from "./exit-codes.js";
export { type FormattedError, formatError } from "./format-error.js";
export { healthOutcome } from "./health-outcome.js";
export { healthStores } from "./health-stores.js";
export { type HttpSourceTools, type HttpSourceValues, httpSource } from "./http-source.js";
export { type PullOptions, pull } from "./pull.js";
export { quoteForShell } from "./quote-for-shell.js";
export { requireMigrated } from "./require-migrated.js";
export { directoryArchive, type ResolvedArchive, resolveArchive } from "./resolve-archive.js";
export { type ResolvedDatabase, resolveDatabase, sqliteDatabase } from "./resolve-database.js";
export {
  describeFailure,
  errorDocument,
  errorOutcome,
  exitCodeOfFailure,
  exitCodeOfRun,
  type Outcome,
  type OutcomeCodes,
  okOutcome,
  type ReportContext,
  runOutcome,
  withOutcome,
} from "./run-outcome.js";
export { type PingOptions, sendPing } from "./send-ping.js";
export { describeInvalidValue } from "./settings/describe-invalid-value.js";
export type { NotifierTarget } from "./settings/notifier-targets.js";
export * from "./settings/parsers.js";
export {
  defaultArchive,
  defaultDatabase,
  plantSettings,
  settingsOf,
} from "./settings/plant-settings.js";
export { redact } from "./settings/redact.js";
export {
  describeSettingIssue,
  isSet,
  type OriginName,
  type Resolved,
  resolveSettings,
  type SettingIssue,
  type SettingSources,
  type SettingTexts,
  type SettingTextsWithPlaces,
  type ShownSetting,
} from "./settings/resolve-settings.js";
export {
  type Parsed,
  type Parser,
  pick,
  type Runner,
  type Setting,
  type SettingTable,
  setting,
  type Values,
} from "./settings/setting.js";
export * from "./settings/setting-groups.js";
export { similarName } from "./settings/similar-name.js";
export { findUnreadVariables, type IneffectiveName } from "./settings/unread-variables.js";
export { assessStatus } from "./status/assess-status.js";
export { type GatherOptions, gatherStatus, type StatusSources } from "./status/gather-status.js";
export type { GivenFlags } from "./status/status-commands.js";
export type { StatusOptions } from "./status/status-context.js";
export type * from "./status/status-facts.js";
export type { StatusLine, StatusProblem, StatusReport, StatusTopic } from "./status/status-report.js";
