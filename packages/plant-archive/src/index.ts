export { type ArchiveOptions, archive } from "./archive.js";
export type { ArchiveSettings } from "./archive-options.js";
export { archiveTable, type TableArchiveOptions } from "./archive-table.js";
export { type QuarantinedRow, toQuarantinedRow } from "./catalog/row-mapping.js";
export { sqlArchiveCatalog } from "./catalog/sql-archive-catalog.js";
export { sqlTableCatalog } from "./catalog/sql-table-catalog.js";
export type { CatalogDatabase } from "./catalog/transactions.js";
export type { PlantDay, Spread } from "./daily-summary/plant-statistics.js";
export { readDailySummary } from "./daily-summary/read-daily-summary.js";
export { PlantArchiveError, type PlantArchiveErrorCode } from "./errors.js";
export type { ArchiveEvent, ArchiveObserver } from "./events.js";
export { type ArchiveParties, archiveIdKey, requireMatchingArchive } from "./lifecycle/archive-id.js";
export {
  type ListArchiveOptions,
  type ListedFile,
  listArchive,
  newestArchivedHour,
} from "./list-archive.js";
export type { ArchiveFile, FileState, IdRange, Manifest, VerifiedFile } from "./model/archive-file.js";
export type { ArchivedReading } from "./model/archived-reading.js";
export type { ArchivedColumn, ArchivedTable, Cell } from "./model/archived-table.js";
export { type PageDigest, type RowsDigest, startDigest } from "./model/page-digest.js";
export {
  type HourRange,
  type Partition,
  parseHours,
  parsePartition,
  partitionEnd,
  partitionOf,
  partitionPath,
  partitionStart,
} from "./model/partition.js";
export { type ReadingPage, readingPage, readingTable } from "./model/reading-table.js";
export { type ColumnValues, type NumberValues, TablePage, type TextValues } from "./model/table-page.js";
export {
  type DirectoryObjectStoreOptions,
  directoryObjectStore,
} from "./object-store/directory/directory-object-store.js";
export { memoryObjectStore } from "./object-store/memory-object-store.js";
export type { StoredColumn } from "./parquet/parquet-writer.js";
export type { Column, ColumnType } from "./parquet/schema.js";
export { type ArchivePlan, type PlanOptions, planArchive } from "./plan/plan-archive.js";
export type { PartitionPlan } from "./plan/plan-partitions.js";
export type * from "./ports.js";
export type { ArchiveReport, FileProblem, PartitionReport } from "./report/archive-report.js";
export { type RestoreOptions, type RestoreReport, restore } from "./restore.js";
export {
  type RestoredFile,
  restoreTable,
  type TableRestoreEvent,
  type TableRestoreOptions,
  type TableRestoreReport,
} from "./restore-table.js";
export { type VerifyOptions, verify } from "./verify.js";
export { type VerifyFilesOptions, verifyFiles } from "./verify-files.js";
export { type TableVerifyOptions, type Unchecked, type VerifyReport, verifyTable } from "./verify-table.js";
