export { adviseOnSettings } from "./advise-on-settings.js";
export { checkContent } from "./check-content.js";
export type { Clock, Random } from "./clock.js";
export {
  conflictKey,
  conflictReason,
  haveSameValues,
  type ReadingValues,
  readingValueColumns,
} from "./conflicting-reading.js";
export type { Dialect, PlantDatabase } from "./database.js";
export { type DecodedText, type DecodeTextOptions, decodeText } from "./decode-text.js";
export {
  codeOf,
  isPlantError,
  PlantError,
  type PlantErrorOptions,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
} from "./errors.js";
export { migrate, pendingMigrations } from "./migration/migrate.js";
export type { MigrationReport, QuarantinedCount } from "./migration/migration-report.js";
export { quoteSchema } from "./mssql/quote-identifier.js";
export { describeQuality, QualityFlag, type QualityFlagName } from "./quality-flags.js";
export { loadReferenceData, referenceStatements } from "./reference-data/load-reference-data.js";
export { readReferenceData } from "./reference-data/read-reference-data.js";
export type {
  Botanist,
  City,
  Country,
  Origin,
  Plant,
  ReferenceData,
} from "./reference-data/reference-data.js";
export { newestPlants, toReferenceRows } from "./reference-data/reference-rows.js";
export { signedUrlRenewalTime, urlWithoutQuery } from "./reference-data/signed-link.js";
export type * from "./tables.js";
export type { BatchedTransaction } from "./transaction/batched-transaction.js";
export { isConstraintViolation, isTransient } from "./transaction/classify-error.js";
export { executeBatch } from "./transaction/execute-batch.js";
export { executeStatement } from "./transaction/execute-statement.js";
export { inBatchedTransaction } from "./transaction/in-batched-transaction.js";
export { type RetryOptions, retryTransaction } from "./transaction/retry-transaction.js";
export { jsonParameter, type Outcome, type Statement } from "./transaction/statement.js";
export { inWriteTransaction } from "./transaction/write-transaction.js";
