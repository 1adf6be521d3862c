import type { Statement } from "@lmnh/plant-schema";
import type { FileState, VerifiedFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Partition } from "../model/partition.js";
import type { FileQuery } from "../ports.js";
import type { QuarantinedRow } from "./row-mapping.js";

/**
 * The SQL of one dialect, as text, which tests can compare without a database. Unless documented otherwise, readings are
 * returned as `ReadingRow`s and files as `FileRow`s; a statement that changes a file returns its row.
 */
export interface CatalogStatements {
  /** `partition_hour` and `readings` of the hours before an instant. */
  unarchivedHours(before: number): Statement;
  files(query: FileQuery): Statement;
  /** The row, locked until the transaction ends. */
  lockFile(file: { readonly fileId: number } | { readonly key: string }): Statement;
  insertFile(file: NewFile): Statement;
  /** Updates the number of readings of a file. */
  countReadings(fileId: number): Statement;
  deleteFile(fileId: number): Statement;
  markVerified(file: VerifiedFile, at: number): Statement;
  markPruned(fileId: number, at: number): Statement;
  markRestored(fileId: number): Statement;
  markQuarantined(fileId: number, reason: string): Statement;

  /** Assigns the first `limit` unarchived readings of a span to a file. Returns nothing. */
  claimReadings(fileId: number, span: Span, limit: number): Statement;
  /** Makes a file's readings unarchived. Returns nothing. */
  releaseReadings(fileId: number): Statement;
  readingsOfFile(fileId: number, page: Page): Statement;
  /** Readings that are in no verified or pruned file. */
  uncommittedReadings(span: Span, page: Page): Statement;
  /** The readings of the database with the same keys. */
  readingsWithSameKeys(readings: readonly ArchivedReading[]): Statement;
  /** Deletes up to `limit` readings of a file and returns them. */
  deletePage(fileId: number, limit: number): Statement;
  deleteReadings(readingIds: readonly number[]): Statement;
  insertQuarantined(rows: readonly QuarantinedRow[]): Statement;
  /** The ids among these that exist, as `plant_reading_id`. */
  usedIds(readingIds: readonly number[]): Statement;
  /** The plants among these that exist, as `plant_id`. */
  knownPlants(plantIds: readonly number[]): Statement;
  /** With their own ids or new ones. Return nothing. */
  insertReadings(
    fileId: number | null,
    readings: readonly ArchivedReading[],
    ids: "own" | "new",
  ): Statement[];

  /** `archive_id` of the only row, locked until the transaction ends. */
  archiveId(): Statement;
  /** Inserts or updates it. Returns nothing. */
  writeArchiveId(archiveId: string): Statement;

  /** `day`, `readings` and `summarized` of the days before one. */
  days(before: string): Statement;
  markSummarized(day: string, readings: number): Statement;
}

export interface NewFile {
  readonly key: string;
  readonly partition: Partition;
  readonly state: FileState;
  readonly rows: number;
  readonly bytes: number | null;
  readonly digest: string | null;
  readonly runId: string;
  readonly claimedAt: number | null;
}

/** From `start`, inclusive, to `end`, exclusive; milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Up to `limit` readings after another one, by plant and time. */
export interface Page {
  readonly after: Pick<ArchivedReading, "plantId" | "recordingTaken">;
  readonly limit: number;
}
