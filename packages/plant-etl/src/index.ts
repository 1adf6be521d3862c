export {
  type Clock,
  describeQuality,
  QualityFlag,
  type QualityFlagName,
  type Random,
  type Recovery,
  randomId,
  systemClock,
  systemRandom,
} from "@lmnh/plant-schema/model";
export { parseApiNotice } from "./api-error.js";
export type { BaseReading, Batch, BodyEncoding, Notice, NoticeKind, Reading, Rejection } from "./batch.js";
export type { PartialOptions } from "./check-options.js";
export { countLoaded } from "./count-flags.js";
export { PlantEtlError, type PlantEtlErrorCode } from "./errors.js";
export type { EtlEvent } from "./events.js";
export { formatRanges, type IdRange, parseRoster, plantIds, type Roster } from "./extract/roster.js";
export {
  defaultOutcomeThresholds,
  type OutcomeReason,
  type OutcomeThresholds,
  outcomeReasonOf,
  type RunOutcome,
  type RunResult,
} from "./outcome.js";
export type {
  Observer,
  ObserverErrorHandler,
  PlantSource,
  PlantStore,
  RejectionLog,
  RejectionQuery,
  StoredRejection,
} from "./ports.js";
export type { FailureGroup, FlagCounts, LoadCounts, Report, RunFailure, RunStart } from "./report.js";
export type {
  FailedRequest,
  FailureCode,
  PlantResponse,
  ReceivedResponse,
  UndecodableResponse,
} from "./response.js";
export { type RetryRejectionsOptions, type RetryReport, retryRejections } from "./retry-rejections.js";
export { type RunEnding, type RunEtlOptions, runEtl } from "./run-etl.js";
export { isTruncated } from "./stored-response.js";
export { type BuiltBatch, buildBatch, type UnknownKey } from "./transform/batch-builder.js";
export { type Measured, qualityChecker } from "./transform/flag-quality.js";
export { lmnhTransform } from "./transform/lmnh-transform.js";
export { normalizePhone } from "./transform/normalize-phone.js";
export { formatTimestamp, parseTimestamp } from "./transform/parse-timestamp.js";
export type { QualityLimits } from "./transform/quality-limits.js";
export type { PlantDetails, TextResponse, Transform, TransformResult } from "./transform/transform.js";
export { defaultTransformOptions, type TransformOptions } from "./transform/transform-options.js";
export { type TransformedResponse, transformResponse } from "./transform/transform-response.js";
export { createIssue, type ValidationIssue } from "./validation-issue.js";
