import type { Statement } from "@lmnh/plant-schema/internal/sql";
import type { ArchiveFile, IdRange, Manifest, VerifiedFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { FileClaim, FileQuery } from "../ports.js";
import type { QuarantinedRow } from "./row-mapping.js";

/**
 * The SQL of one dialect for one table, as text, which tests can compare without a database. Unless documented otherwise,
 * rows are returned by the names of their columns and files as `FileRow`s; a statement that changes a file returns its row.
 */
export interface TableStatements {
  /** `partition_hour` and `row_count` of the hours before an instant. */
  unarchivedHours(before: number): Statement;
  files(query: FileQuery): Statement;
  /** The row, locked until the transaction ends. */
  lockFile(file: { readonly fileId: number } | { readonly key: string }): Statement;
  /** A `verified` file, which another database claimed. */
  insertRestored(manifest: Manifest, range: IdRange): Statement;
  /**
   * Inserts a claimed file that covers the first unarchived rows of its hour, by id: up to `limit`, and not beyond one
   * that another file covers. Returns no row if there are none, or if the run has claimed the file already.
   */
  claim(claim: FileClaim, limit: number): Statement;
  /** Subtracts from the number of rows of a file. */
  subtractRows(fileId: number, rows: number): Statement;
  deleteFile(fileId: number): Statement;
  markVerified(file: VerifiedFile, at: number): Statement;
  /** If the statement before has deleted as many rows as the file has. Returns nothing. */
  markPruned(file: VerifiedFile, at: number): Statement;
  /** `verified`, covering a range. */
  markRestored(fileId: number, range: IdRange): Statement;
  markQuarantined(fileId: number, reason: string): Statement;

  /** @param lock until the transaction ends, against changes and inserts */
  rowsInRange(file: CoveredRange, page: IdPage, lock?: "lock"): Statement;
  deleteRange(file: CoveredRange): Statement;
  /** `row_count`, and `first_id` and `last_id`, the lowest and highest id: `null` if there are none. */
  idsInRange(file: Pick<CoveredRange, "partition" | "range">): Statement;
  /** `id`: the highest one, or 0. */
  lastId(): Statement;
  /** The rows of the database with the same keys, locked until the transaction ends. */
  rowsWithSameKeys(rows: readonly object[]): Statement;
  deleteRows(ids: readonly number[]): Statement;
  insertQuarantined(rows: readonly QuarantinedRow[]): Statement;
  /** The ids among these that exist, as `id`. */
  usedIds(ids: readonly number[]): Statement;
  /** With their own ids or new ones. Return nothing. */
  insertRows(rows: readonly object[], ids: "own" | "new"): Statement[];

  /** `archive_id` of the only row. */
  archiveId(): Statement;
  /** Inserts it, or with `replacing` updates it. Returns nothing. */
  writeArchiveId(archiveId: string, options: { readonly replacing: boolean }): Statement;
  /** `verified_at` of the only row: a text of ISO 8601, or `null`. */
  verifiedAt(): Statement;
  /** Only a later one than the stored one. */
  writeVerifiedAt(at: number): Statement;
}

/** What the archive of the plants needs besides. */
export interface PlantStatements {
  /** Readings that are in no verified or pruned file. */
  uncommittedReadings(span: Span, page: KeyPage): Statement;
  /** The plants among these that exist, as `plant_id`. */
  knownPlants(plantIds: readonly number[]): Statement;
  /** `day`, `readings` and `summarized` of the days before one. */
  days(before: string): Statement;
  markSummarized(day: string, readings: number): Statement;
}

/** A range of ids in an hour. */
export type CoveredRange = Pick<ArchiveFile, "partition" | "range" | "rows">;

/** From `start`, inclusive, to `end`, exclusive; milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Up to `limit` rows after an id, by id. */
export interface IdPage {
  readonly after: number;
  readonly limit: number;
}

/** Up to `limit` readings after another one, by plant and time. */
export interface KeyPage {
  readonly after: Pick<ArchivedReading, "plantId" | "recordingTaken">;
  readonly limit: number;
}

/** Whether a range of ids has few rows beside those of the file. That of late rows may have rows of many hours. */
export function isDense({ range, rows }: CoveredRange): boolean {
  return range.through - range.after <= 4 * rows;
}
