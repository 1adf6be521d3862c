import type { ReferenceData } from "@lmnh/plant-schema";
import type { ArchiveFile, FileState, Manifest, VerifiedFile } from "./model/archive-file.js";
import type { ArchivedReading } from "./model/archived-reading.js";
import type { ArchivedTable } from "./model/archived-table.js";
import type { Partition } from "./model/partition.js";
import type { ReadingPage } from "./model/reading-table.js";
import type { TablePage } from "./model/table-page.js";

/** The database of the plants as the archive uses it. Instants are milliseconds since the epoch. */
export interface ArchiveCatalog extends TableCatalog<ArchivedReading>, SummaryLog, ReferenceDataStore {
  /**
   * As of every catalog. An unknown plant is inserted with its id alone, observed in 1970, so that any description of it is
   * newer.
   */
  restore(manifest: Manifest, readings: () => AsyncIterable<ReadingPage>): Promise<RestoredReadings>;
}

/**
 * Which file contains which rows of a table: a file covers a range of ids in its hour, while it is claimed or verified. Rows
 * that no file covers are unarchived. Every change of state is conditional: of several archivers one makes it.
 */
export interface TableCatalog<Row = unknown> {
  readonly table: ArchivedTable;
  /** Hours that end at or before `until` and have unarchived rows, the oldest first. */
  unarchived(until: number): Promise<readonly { readonly partition: Partition; readonly rows: number }[]>;
  /** Files by partition and key; all of them by default. */
  files(query?: FileQuery): Promise<readonly ArchiveFile[]>;
  /**
   * Adds a `claimed` file that covers up to `limit` unarchived rows of the hour, those with the lowest ids. Fewer than
   * there are, if others are between them. Returns `null` if there are none.
   */
  claim(claim: FileClaim, limit: number): Promise<ArchiveFile | null>;
  /** The rows that a file covers, in pages, by id. */
  rows(file: ArchiveFile): AsyncIterable<TablePage<Row>>;
  /**
   * Removes from a claimed file, and from the database, the rows that an older file contains: those with the same
   * values are deleted as duplicates, the others are moved to `quarantined_row`. A file that becomes empty is deleted;
   * then `file` is `null`. One transaction a page; can be repeated.
   */
  dropArchivedDuplicates(file: ArchiveFile, archived: AsyncIterable<TablePage<Row>>): Promise<DroppedRows>;
  /** `claimed` → `verified`. `false` if the file is not `claimed`, or has another number of rows. */
  markVerified(file: VerifiedFile, at: number): Promise<boolean>;
  /** `claimed` or `verified` → `quarantined`; it covers no rows any more. `false` in any other state. */
  quarantine(file: ArchiveFile, reason: string): Promise<boolean>;
  /**
   * `verified` → `pruned`: in one transaction reads and digests the rows that the file covers, and deletes them.
   * Changes nothing if the digest is not the file's.
   */
  prune(file: VerifiedFile, at: number): Promise<PruneOutcome>;
  /**
   * Inserts a file's rows and makes the file `verified`, in one transaction. A file that is not in the catalog is
   * added, unless another file of the hour has the same rows. Rows with the same key that are unarchived are
   * replaced, as in `dropArchivedDuplicates`; so are those of a claimed file, which is quarantined. Does
   * nothing for a file whose rows are still in the database. The rows keep their ids, or all get new ones if one of them is
   * used or another file covers it.
   *
   * @param rows reads the file; called again if the rows get new ids
   * @throws PlantArchiveError `RESTORE_CONFLICT`; `OBJECT_INVALID` if the rows do not match the manifest. Nothing is
   * changed then
   */
  restore(manifest: Manifest, rows: () => AsyncIterable<TablePage<Row>>): Promise<RestoredRows>;
  /** The archive of this database; `null` if there is none yet. */
  archiveId(): Promise<string | null>;
  /** Stores the id if there is none yet, or with `replacing`. Returns the stored one. */
  saveArchiveId(archiveId: string, options: { readonly replacing: boolean }): Promise<string>;
  /**
   * The end of the last deep verification of every file that found no problem; `null` if there was none. It is that of this
   * archive: another id removes it.
   */
  verifiedAt(): Promise<number | null>;
  /** Stores it. An earlier one than the stored one, and one before the first archive run, change nothing. */
  saveVerifiedAt(at: number): Promise<void>;
}

/** Which days are summarized, from how many readings. */
export interface SummaryLog {
  /** UTC days that end at or before `until` and have readings, in files or in the database; the oldest first. */
  days(until: number): Promise<readonly DayState[]>;
  /** Readings of a UTC day that are in no verified or pruned file, in pages, by plant and time. */
  uncommittedReadings(day: string): AsyncIterable<ReadingPage>;
  /** Stores from how many readings a day's summary was made. A smaller number than the stored one changes nothing. */
  markSummarized(day: string, readings: number): Promise<void>;
}

export interface ReferenceDataStore {
  /** Plants with their botanists and origins, and the rows that no plant refers to. */
  referenceData(): Promise<ReferenceData>;
  /** Inserts and updates by natural key. Rows that are newer in the database stay. */
  loadReferenceData(data: ReferenceData): Promise<void>;
}

/** Conditions that must all be met. */
export interface FileQuery {
  readonly states?: readonly FileState[] | undefined;
  readonly partition?: Partition | undefined;
  /** `YYYY-MM-DD`, UTC. */
  readonly day?: string | undefined;
  readonly key?: string | undefined;
}

export interface FileClaim {
  readonly key: string;
  readonly partition: Partition;
  readonly runId: string;
  readonly at: number;
}

export interface DroppedRows {
  readonly file: ArchiveFile | null;
  readonly duplicates: number;
  readonly conflicts: number;
}

export interface RestoredRows {
  /** Inserted rows. */
  readonly restored: number;
  /** Rows that were in the database already. */
  readonly present: number;
}

export interface RestoredReadings extends RestoredRows {
  /** Plants that were inserted with their id alone. */
  readonly barePlants: number;
}

/** `changed`: the database has other readings than the file. `elsewhere`: the file is not `verified`. */
export type PruneOutcome =
  | { readonly kind: "pruned"; readonly rows: number }
  | { readonly kind: "changed"; readonly rows: number }
  | { readonly kind: "elsewhere" };

export interface DayState {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly readings: number;
  /** The readings in its summary; 0 if it has none. */
  readonly summarized: number;
}

/**
 * Where files are stored. Keys are relative to the store's root; their parts are separated by `/`, not empty and do not
 * begin with a dot. Other keys are rejected with `OPTION_INVALID`.
 */
export interface ObjectStore {
  /** For messages; without secrets. */
  readonly name: string;
  /**
   * Writes an object completely or not at all. Without `ifMatch` it never replaces one; with it, it replaces the object
   * with this ETag. If the body fails or the signal aborts, nothing remains; a signal after the end of the body may be
   * too late. A chunk may be reused once the next one is requested.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutOutcome>;
  /** `null` if there is no such object. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * The bytes from `start`, inclusive, to `end`, exclusive. Rejects with `OBJECT_MISSING`, with `OBJECT_INVALID` if the
   * object is shorter, and with the signal's reason.
   */
  read(key: string, start: number, end: number, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * Every object whose key begins with the prefix, in the order of the keys' UTF-8 bytes. Entries that are not objects
   * are passed to `onOther`.
   */
  list(prefix: string, onOther?: (other: OtherEntry) => void): AsyncIterable<ObjectInfo>;
  /**
   * Renames an object. Does nothing if it does not exist, so that it can be repeated. Rejects with `OBJECT_EXISTS` if the
   * new key has an object with other bytes.
   */
  move(from: string, to: string): Promise<void>;
  /** Deletes what unfinished writes of this key have left. Returns how many there were. */
  abortIncompleteUploads(key: string): Promise<number>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions {
  /** ETag of the object to replace. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * - `exists`: there is an object, as durable as a written one; or the one to replace has another ETag
 * - `interrupted`: another archiver aborted this write, or wrote the same key at the same moment
 */
export type PutOutcome =
  | { readonly kind: "written"; readonly bytes: number }
  | { readonly kind: "exists" }
  | { readonly kind: "interrupted" };

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Changes with the content. */
  readonly etag: string;
}

/**
 * An entry of a store that is not an object.
 *
 * - `link`: a symbolic link, which is not followed; each one in a listed folder, also outside the prefix
 * - `name`: a file, folder or object whose name begins with the prefix and is not a valid key
 */
export interface OtherEntry {
  readonly kind: "link" | "name";
  /** Printable: characters that no key can have are escaped. */
  readonly name: string;
}
