export {
  type CheckHealthOptions,
  checkHealth,
  type FiringAlert,
  type HealthReport,
  type HealthStores,
} from "./check-health.js";
export { PlantHealthError, type PlantHealthErrorCode } from "./errors.js";
export {
  type EvaluateOptions,
  evaluate,
  evaluationWindowMs,
  runWindowMs,
} from "./evaluate.js";
export { buildProfiles, dayProfile, profileWindow } from "./habits/build-profiles.js";
export { learnHabits, type PlantHabit } from "./habits/plant-habit.js";
export { type UsualBand, type UsualRange, usualBand } from "./habits/usual-band.js";
export { isLoopbackHost } from "./loopback-host.js";
export {
  type Alert,
  type AlertDetail,
  type AlertEnding,
  alertKey,
  type DetailOf,
  type Transition,
} from "./model/alert.js";
export { type DayProfile, slotMs, slotsPerDay, type WateringProfile } from "./model/day-profile.js";
export type { HealthReading, NoticeRecord, RunRecord } from "./model/records.js";
export { type PlantRule, type Rule, ruleKinds, rules } from "./model/rule.js";
export {
  type DeliverOptions,
  type DeliveryReport,
  deliver,
  type FailedDelivery,
} from "./notify/deliver.js";
export { logNotifier } from "./notify/log-notifier.js";
export { type WebhookOptions, webhookNotifier } from "./notify/webhook-notifier.js";
export type * from "./ports.js";
export {
  defaultHealthSettings,
  type HealthSettings,
  type PartialHealthSettings,
  readHealthSettings,
} from "./rules/health-settings.js";
export type { HealthDatabase } from "./store/health-database.js";
export { sqlAlertStore } from "./store/sql-alert-store.js";
export { sqlHabitStore } from "./store/sql-habit-store.js";
export { sqlPlantRecords } from "./store/sql-plant-records.js";
export { type AlertDescription, type DescribeOptions, describeAlert } from "./words/describe-alert.js";
export { summarizeAlerts } from "./words/summarize-alerts.js";
