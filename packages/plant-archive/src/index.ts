export type { ArchiveFile, FileState, Manifest, VerifiedFile } from "./archive-file.js";
export { PlantArchiveError, type PlantArchiveErrorCode, type Recovery } from "./errors.js";
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
