import { type ArchivedTable, cellOf, idOf } from "./archived-table.js";
import { type Partition, partitionOf } from "./partition.js";

/** A row of the catalog. */
export interface ArchiveFile {
  /** The primary key of the row. */
  readonly fileId: number;
  /** The key of its object, unique and case-sensitive. */
  readonly key: string;
  /** The UTC hour of its rows. */
  readonly partition: Partition;
  /** What its object is known to contain, and whether its rows are in the database. */
  readonly state: FileState;
  /** Which rows of the hour it covers. */
  readonly range: IdRange;
  /** Number of rows. */
  readonly rows: number;
  /** Length of the object, in bytes; `null` until it is verified. */
  readonly bytes: number | null;
  /** Digest of its rows, 32 hex digits; `null` until it is verified. */
  readonly digest: string | null;
  /** The run that claimed it. */
  readonly runId: string;
}

/**
 * Ids of rows above `after`, up to `through`. While a file is claimed or verified, it covers the rows of its hour
 * in this range, and no other file covers one of them.
 */
export interface IdRange {
  /** The id before the first row, exclusive. */
  readonly after: number;
  /** The id of the last row, inclusive. */
  readonly through: number;
}

/** Whether a row is of the hour of a file and in its range. */
export function isInFile(
  table: ArchivedTable,
  row: object,
  { partition, range }: Pick<ArchiveFile, "partition" | "range">,
): boolean {
  const id = idOf(table, row);
  return (
    id > range.after && id <= range.through && partition === partitionOf(Number(cellOf(row, table.instant)))
  );
}

/**
 * - `claimed`: it covers its rows; the object may exist
 * - `verified`: the object was read back and contains exactly these rows
 * - `pruned`: verified, and its rows are deleted from the database
 * - `quarantined`: the object was not as expected; it covers no rows any more
 */
export type FileState = "claimed" | "verified" | "pruned" | "quarantined";

/** The metadata in the footer of a file. */
export interface Manifest {
  /** The key of the object that was read. */
  readonly key: string;
  /** The version of the file format; 1. */
  readonly schemaVersion: number;
  /** The UTC hour of its rows. */
  readonly partition: Partition;
  /** The run that claimed the file. */
  readonly runId: string;
  /** Number of rows. */
  readonly rows: number;
  /** Digest of its rows, 32 hex digits. */
  readonly digest: string;
  /** Length of the object, in bytes. */
  readonly bytes: number;
}

/**
 * A file whose object was read back in this run, with the expected rows and digest. Only the archiver creates one: a catalog gets
 * it, so that it cannot prune what was not verified. In tests, `fakeVerifiedFile` of `@lmnh/plant-archive/testing` does.
 */
export interface VerifiedFile extends ArchiveFile {
  /** Length of the object, in bytes. */
  readonly bytes: number;
  /** Digest of its rows, 32 hex digits. */
  readonly digest: string;
  /** Only in the type: no other file is assignable. */
  readonly [verifiedBrand]: true;
}
declare const verifiedBrand: unique symbol;

/** A file, and the ETag of its object when it was verified. */
export interface VerifiedObject {
  readonly file: VerifiedFile;
  readonly etag: string;
}
