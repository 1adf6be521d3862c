import type { Statement } from "@lmnh/plant-schema";
import type { FileState, VerifiedFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Partition } from "../model/partition.js";
import type { FileQuery } from "../ports.js";
import type { QuarantinedRow } from "./row-mapping.js";

/**
 * One dialect's SQL for the ledger, as text: tested without a database, then run as it is. Where nothing else is said,
 * readings come as `ReadingRow`s and files as `FileRow`s, and what changes a file returns its row if it did.
 */
export interface CatalogStatements {
  /** `partition_hour` and `readings` of the hours before an instant. */
  unarchivedHours(before: number): Statement;
  files(which: FileQuery): Statement;
  /** The same row, kept from other writers until the transaction ends. */
  lockFile(file: { readonly fileId: number } | { readonly key: string }): Statement;
  insertFile(file: NewFile): Statement;
  /** Counts the readings that a file has in the database into its row. */
  countReadings(fileId: number): Statement;
  deleteFile(fileId: number): Statement;
  markVerified(file: VerifiedFile, at: number): Statement;
  markPruned(fileId: number, at: number): Statement;
  markRestored(fileId: number): Statement;
  markQuarantined(fileId: number, reason: string): Statement;

  /** Gives a file the first `most` readings of a span that no file has. Returns nothing. */
  claimReadings(fileId: number, span: Span, limit: number): Statement;
  /** Takes a file's readings from it. Returns nothing. */
  releaseReadings(fileId: number): Statement;
  readingsOfFile(fileId: number, page: Page): Statement;
  /** Readings that no verified or pruned file has. */
  uncommittedReadings(span: Span, page: Page): Statement;
  /** The stored readings of the same plants and times. */
  readingsLike(readings: readonly ArchivedReading[]): Statement;
  /** Deletes up to `most` readings of a file and returns them. */
  deletePage(fileId: number, limit: number): Statement;
  deleteReadings(readingIds: readonly number[]): Statement;
  insertQuarantined(rows: readonly QuarantinedRow[]): Statement;
  /** Which of these numbers rows have already, as `plant_reading_id`. */
  takenNumbers(readingIds: readonly number[]): Statement;
  /** Which of these plants there are, as `plant_id`. */
  knownPlants(plantIds: readonly number[]): Statement;
  /** Under their own numbers, or under new ones. Return nothing. */
  insertReadings(
    fileId: number | null,
    readings: readonly ArchivedReading[],
    numbers: "own" | "new",
  ): Statement[];

  /** `archive_id` of the one row, if there is one; kept from other writers until the transaction ends. */
  archiveId(): Statement;
  /** Enters it, or changes it. Returns nothing. */
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

/** From `start` (included) to `end` (excluded), milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Up to `most` readings that come after another one, by plant and time. */
export interface Page {
  readonly after: Pick<ArchivedReading, "plantId" | "recordingTaken">;
  readonly limit: number;
}
