export { type ArchiveOptions, archive } from "./archive.js";
export type { ArchiveFile, FileState, Manifest, VerifiedFile } from "./archive-file.js";
export { checkArchive } from "./archive-identity.js";
export type { ArchiveSettings } from "./archive-settings.js";
export { PlantArchiveError, type PlantArchiveErrorCode, type Recovery } from "./errors.js";
export type { ArchiveEvent, ArchiveObserver } from "./events.js";
export { kyselyReadingLedger } from "./ledger/kysely-reading-ledger.js";
export type { LedgerDatabase } from "./ledger/ledger-database.js";
export { memoryReadingLedger } from "./ledger/memory-reading-ledger.js";
export type { LedgerFile, LedgerState, ReadingTables } from "./ledger/reading-tables.js";
export { type DirectoryObjectStoreOptions, directoryObjectStore } from "./objects/directory-object-store.js";
export { memoryObjectStore } from "./objects/memory-object-store.js";
export {
  type Partition,
  parsePartition,
  partitionEnd,
  partitionOf,
  partitionPath,
  partitionStart,
} from "./partition.js";
export {
  type ArchivePlan,
  type ArchiveState,
  type PartitionPlan,
  type PlanSettings,
  planArchive,
} from "./plan/plan-archive.js";
export { type PlantDay, type Spread, summarisePlant } from "./plan/summarise-plant.js";
export type * from "./ports.js";
export type { ArchivedReading } from "./reading.js";
export type { ArchiveReport, FileProblem, PartitionReport } from "./report.js";
export {
  type RestoredFile,
  type RestoreEvent,
  type RestoreOptions,
  type RestoreReport,
  restore,
} from "./restore.js";
export { type SummariseOptions, summariseDays } from "./summarise-days.js";
export { type Finding, type Unchecked, type VerifyOptions, type VerifyReport, verify } from "./verify.js";
