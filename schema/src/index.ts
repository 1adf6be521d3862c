export { checkContent } from "./check-content.js";
export { conflictKey, conflictReason, type ReadingValues } from "./conflicting-reading.js";
export { type DecodedText, type DecodeTextOptions, decodeText } from "./decode-text.js";
export { PlantSchemaError, type PlantSchemaErrorCode, type Recovery } from "./errors.js";
export { inWriteTransaction } from "./in-write-transaction.js";
export { isPassing, isRefused } from "./judge-error.js";
export {
  type DatabaseDialect,
  executeStatement,
  loadReferenceData,
  referenceStatements,
} from "./load-reference-data.js";
export { migrate, pendingMigrations } from "./migrate.js";
export type { MigrationReport, SetAsideCount } from "./migration-report.js";
export type { OpenedDatabase } from "./opened-database.js";
export { describeQuality, QualityFlag, type QualityFlagName } from "./quality-flag.js";
export { quoteSchema } from "./quote-schema.js";
export type { Botanist, City, Country, Origin, Plant, ReferenceData } from "./reference-data.js";
export { newestPlants, toReferenceRows } from "./reference-rows.js";
export { type RetryOptions, retryWhole } from "./retry-whole.js";
export { linkPath, renewalTime } from "./signed-link.js";
export { jsonParameter, type Statement } from "./statement.js";
export type * from "./tables.js";
export { type Outcome, writeTogether } from "./write-together.js";
