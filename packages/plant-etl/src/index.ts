export { describeQuality, QualityFlag, type QualityFlagName } from "@lmnh/plant-schema";
export type { Answer, Answered, Failed, FailureCode, Undecodable } from "./answer.js";
export { readApiError } from "./api-error.js";
export type { Batch, BodyEncoding, Notice, NoticeKind, Reading, Rejection } from "./batch.js";
export { PlantEtlError, type PlantEtlErrorCode, type Recovery } from "./errors.js";
export type { EtlEvent } from "./events.js";
export * from "./extract/index.js";
export type { Issue } from "./issue.js";
export { type KyselyPlantStoreOptions, kyselyPlantStore } from "./load/kysely-plant-store.js";
export { memoryPlantStore, type StoredState } from "./load/memory-plant-store.js";
export type { NoticeRow, RejectionRow } from "./load/rows.js";
export {
  defaultOutcomeThresholds,
  type OutcomeReason,
  type OutcomeThresholds,
  type RunOutcome,
  type RunVerdict,
  reasonOfError,
} from "./outcome.js";
export type { Clock, Observer, PlantSource, PlantStore, Random } from "./ports.js";
export type { FailureGroup, FlagCounts, LoadCounts, Report, RunFailure, RunStart } from "./report.js";
export { type RunEnding, type RunEtlOptions, runEtl } from "./run-etl.js";
export { type Interpretation, interpretAnswer } from "./transform/interpret-answer.js";
export { type MadeBatch, makeBatch } from "./transform/make-batch.js";
export { canonicalPhone } from "./transform/phones.js";
export { defaultTransformSettings, type TransformSettings } from "./transform/settings.js";
export { formatTimestamp, parseTimestamp } from "./transform/timestamps.js";
