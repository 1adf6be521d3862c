export { type ArchiveChoice, archiveChoice } from "./archive-choice.js";
export { type DatabaseChoice, databaseChoice } from "./database-choice.js";
export { describeStack } from "./describe-stack.js";
export { UserError } from "./errors.js";
export { escapeControls } from "./escape-controls.js";
export { ExitCode, exitCodeMeanings } from "./exit-codes.js";
export { type Explanation, explainError } from "./explain-error.js";
export { httpSource } from "./http-source.js";
export { judgeArchive, judgeRestore, judgeVerification } from "./judge-archive.js";
export {
  exitCodeOfRun,
  judgeError,
  judgeReport,
  okVerdict,
  type ReportContext,
  type Verdict,
  type VerdictCodes,
  withVerdict,
} from "./judge-report.js";
export { type PullOptions, pull } from "./pull.js";
export * from "./settings/groups.js";
export { defaultArchive, defaultDatabase, plantSettings, settingsOf } from "./settings/plant-settings.js";
export * from "./settings/readers.js";
export { redact } from "./settings/redact.js";
export {
  describeSettingIssue,
  type Given,
  type GivenInFile,
  type GivenTexts,
  isGiven,
  type OriginName,
  type Resolved,
  resolveSettings,
  type SettingIssue,
  type ShownSetting,
} from "./settings/resolve-settings.js";
export {
  pick,
  type Runner,
  type Setting,
  type SettingTable,
  setting,
  type Values,
} from "./settings/setting.js";
export { showRefused } from "./settings/show-refused.js";
export { similarName } from "./settings/similar-name.js";
export { findIneffectiveNames, type IneffectiveName } from "./settings/unknown-names.js";
