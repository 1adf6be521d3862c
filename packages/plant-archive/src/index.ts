export type { ArchiveFile, FileState, Manifest, VerifiedFile } from "./archive-file.js";
export { PlantArchiveError, type PlantArchiveErrorCode, type Recovery } from "./errors.js";
export { kyselyReadingLedger } from "./ledger/kysely-reading-ledger.js";
export type { LedgerDatabase } from "./ledger/ledger-database.js";
export { memoryReadingLedger } from "./ledger/memory-reading-ledger.js";
export type { LedgerFile, LedgerState, ReadingTables } from "./ledger/reading-tables.js";
export {
  type Partition,
  parsePartition,
  partitionEnd,
  partitionOf,
  partitionPath,
  partitionStart,
} from "./partition.js";
export type * from "./ports.js";
export type { ArchivedReading } from "./reading.js";
