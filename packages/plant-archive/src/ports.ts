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
   * As of every catalog. An unknown plant is inserted with its id alone, with an `observedAt` of 1970, so that any description
   * of it is newer.
   */
  restore(manifest: Manifest, readings: () => AsyncIterable<ReadingPage>): Promise<RestoredReadings>;
}

/**
 * Which file contains which rows of a table: while a file is claimed or verified, it covers the rows of its hour whose ids are
 * in its `range`, also those that appear there later. Rows that no file covers are unarchived. Every change of state is
 * conditional: of several archivers one makes it. Values are kept to the last bit, times to the millisecond. Ids are safe
 * integers.
 */
export interface TableCatalog<Row = unknown> {
  /** The description of the rows. */
  readonly table: ArchivedTable;
  /** Hours that end at or before `until` and have unarchived rows, the oldest first. */
  unarchived(until: number): Promise<
    readonly {
      /** The UTC hour. */
      readonly partition: Partition;
      /** Number of rows that no file covers, 1 or more. */
      readonly rows: number;
    }[]
  >;
  /** Files by partition and key; all of them by default. */
  files(query?: FileQuery): Promise<readonly ArchiveFile[]>;
  /**
   * Adds a `claimed` file that covers up to `limit` unarchived rows of the hour, those with the lowest ids. Its range begins
   * before the first and ends with the last of them. It covers fewer rows than there are, if another file's range is between
   * them. Returns `null`, and adds nothing, if there are none. Of two claims at once, each covers rows of its own.
   *
   * @throws if there is a file with this key; keys are case-sensitive
   */
  claim(claim: FileClaim, limit: number): Promise<ArchiveFile | null>;
  /** The rows that a file covers, in pages, by id. */
  rows(file: ArchiveFile): AsyncIterable<TablePage<Row>>;
  /**
   * Removes from a claimed file, and from the database, the rows whose key a row of an older file has. Those with the same
   * `values`, as the table defines them, are deleted as duplicates. The others are moved to `quarantined_row` as conflicts, all
   * columns as JSON; one with the same key and values as a row there is not added again. The file's `rows` falls by the number
   * of removed rows, and a file with none is deleted; then `file` is `null`. Changes nothing if the file is not claimed. One
   * transaction a page; can be repeated, also by two at once.
   */
  dropArchivedDuplicates(file: ArchiveFile, archived: AsyncIterable<TablePage<Row>>): Promise<DroppedRows>;
  /** `claimed` → `verified`, with digest and bytes. `false` if the file is not `claimed`, or has another number of rows. */
  markVerified(file: VerifiedFile, at: number): Promise<boolean>;
  /**
   * `claimed` or `verified` → `quarantined`, with a reason of any length; it covers no rows any more. `false` in any other
   * state.
   */
  quarantine(file: ArchiveFile, reason: string): Promise<boolean>;
  /**
   * `verified` → `pruned`: in one transaction reads and digests the rows that the file covers, and deletes them.
   * Changes nothing if their number or digest is not the file's: it has other values, or rows appeared or are missing.
   * `startDigest` computes the digest.
   */
  prune(file: VerifiedFile, at: number): Promise<PruneOutcome>;
  /**
   * Inserts a file's rows and makes the file `verified`, in one transaction, whatever the length of the pages. A file that is
   * not in the catalog is added, without times of claim and verification. Rows with the same key that are unarchived are
   * replaced, as in `dropArchivedDuplicates`; so are those of a claimed file, which is quarantined. Does nothing for a file
   * that is claimed or verified, whose rows are still in the database.
   *
   * The rows keep their ids. All get new ones if an id is used or above 2^52, or if a row or file of the hour is between them.
   *
   * @param rows reads the file; called again if the rows get new ids
   * @throws PlantArchiveError with the `recovery` `skip`; nothing is changed then. `RESTORE_CONFLICT` if the file is
   * quarantined, if another file of the hour has the same number and digest of rows, or if a verified file covers a row with the
   * same key, whose time the message names. `OBJECT_INVALID` if the rows do not match the manifest, or the manifest does not
   * match the catalog. The error of `rows`, if reading the file fails
   */
  restore(manifest: Manifest, rows: () => AsyncIterable<TablePage<Row>>): Promise<RestoredRows>;
  /** The archive of this database; `null` if there is none yet. */
  archiveId(): Promise<string | null>;
  /** Stores the id if there is none yet, or with `replacing`. Returns the stored one. */
  saveArchiveId(archiveId: string, options: { readonly replacing: boolean }): Promise<string>;
  /**
   * The end of the last deep verification of every file that found no problem; `null` if there was none. It is that of this
   * archive: `saveArchiveId` with `replacing` removes it.
   */
  verifiedAt(): Promise<number | null>;
  /** Stores it. An earlier one than the stored one, and one before the first archive run, change nothing. */
  saveVerifiedAt(at: number): Promise<void>;
}

/** Which days are summarized, from how many readings. */
export interface SummaryLog {
  /**
   * UTC days that end at or before `until` and have readings, the oldest first. Each reading counts once: those of verified and
   * pruned files, and those of the database that are in none.
   */
  days(until: number): Promise<readonly DayState[]>;
  /** Readings of a UTC day that are in no verified or pruned file, in pages, by plant and time. */
  uncommittedReadings(day: string): AsyncIterable<ReadingPage>;
  /** Stores from how many readings a day's summary was made. A smaller number than the stored one changes nothing. */
  markSummarized(day: string, readings: number): Promise<void>;
}

/** The reference data of the database, which snapshots are made of. */
export interface ReferenceDataStore {
  /** Plants with their botanists and origins, and the rows that no plant refers to. */
  referenceData(): Promise<ReferenceData>;
  /** Inserts and updates by natural key. Plants and botanists with a newer `observedAt` in the database stay. */
  loadReferenceData(data: ReferenceData): Promise<void>;
}

/** Which files of the catalog are wanted: conditions that must all be met. */
export interface FileQuery {
  /** Files in one of these states. */
  readonly states?: readonly FileState[] | undefined;
  /** Files of this UTC hour. */
  readonly partition?: Partition | undefined;
  /** Files of this UTC day, `YYYY-MM-DD`. */
  readonly day?: string | undefined;
  /** The file with this key. */
  readonly key?: string | undefined;
}

/** A file to be added to the catalog. */
export interface FileClaim {
  /** The key of its object, unique and case-sensitive. */
  readonly key: string;
  /** The UTC hour of its rows. */
  readonly partition: Partition;
  /** The run that claims it; its id is also in the manifest. */
  readonly runId: string;
  /** The time of the claim. */
  readonly at: number;
}

/** What `dropArchivedDuplicates` has removed. */
export interface DroppedRows {
  /** The file with the rows that are left; `null` if none are. */
  readonly file: ArchiveFile | null;
  /** Rows that were deleted, because an older file has them with the same values. */
  readonly duplicates: number;
  /** Rows that were moved to `quarantined_row`, because an older file has them with other values. */
  readonly conflicts: number;
}

/** What `restore` has done with the rows of one file. */
export interface RestoredRows {
  /** Number of rows that were inserted. */
  readonly restored: number;
  /** Number of rows that were in the database already. */
  readonly present: number;
}

/** What `restore` has done with the readings of one file. */
export interface RestoredReadings extends RestoredRows {
  /** Plants that were inserted with their id alone. */
  readonly barePlants: number;
}

/** The result of `prune`. */
export type PruneOutcome =
  | {
      /** The rows are deleted. */
      readonly kind: "pruned";
      /** Number of deleted rows. */
      readonly rows: number;
    }
  | {
      /** Nothing is deleted: the number or digest of the rows is not the file's. */
      readonly kind: "changed";
      /** Number of rows that the file covers in the database. */
      readonly rows: number;
    }
  | {
      /** Nothing is deleted: another archiver changed the state or the range of the file. */
      readonly kind: "elsewhere";
    };

/** How many readings a day has, and from how many its summary was made. */
export interface DayState {
  /** The UTC day, `YYYY-MM-DD`. */
  readonly day: string;
  /** All readings of the day, archived or not. */
  readonly readings: number;
  /** Number of readings that its summary was made of; 0 if it has none. */
  readonly summarized: number;
}

/**
 * Where files are stored. Several archivers may use a store at once.
 *
 * Keys are relative to the store's root. Their parts are separated by `/`, are not empty and do not begin with a dot. They
 * contain no `\`, no control character and no half of a surrogate pair; any other text is valid. Every method rejects another
 * key with `OPTION_INVALID`.
 */
export interface ObjectStore {
  /** The place of the store, for messages; without secrets. */
  readonly name: string;
  /**
   * Writes an object completely or not at all. Without `ifMatch` it never replaces one; with it, it replaces the object
   * with this ETag, and no other. Of several writes of a key at once, one writes.
   *
   * - body: requested only if there is no such object, or the one to replace, yet. The body may reuse a chunk once the next one is
   *   requested. One that is left early is returned
   * - signal: rejects with its reason, without a request of the body if it has aborted already, and even if the body hangs. A
   *   signal after the end of the body may be too late
   *
   * Rejects with the error of a body that fails. Nothing remains then, or after a signal.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutOutcome>;
  /** The length and ETag of an object; `null` if there is no such object. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * The bytes from `start`, inclusive, to `end`, exclusive; none if they are equal. Rejects with `OPTION_INVALID` unless
   * they are integers and 0 ≤ `start` ≤ `end`, with `OBJECT_MISSING`, with `OBJECT_INVALID` if the object is shorter than
   * `end`, and with the signal's reason.
   */
  read(key: string, start: number, end: number, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * Every object whose key begins with the prefix, which is any text, in the order of the keys' UTF-8 bytes, as `head` returns
   * them. It may be left early. Entries that are not objects are passed to `onOther`.
   */
  list(prefix: string, onOther?: (other: OtherEntry) => void): AsyncIterable<ObjectInfo>;
  /**
   * Renames an object, also by two at once. Does nothing if it does not exist, so that it can be repeated, or if both keys are
   * the same. If the new key has an object with the same bytes, it finishes an interrupted move and deletes the old one. Rejects
   * with `OBJECT_EXISTS`, and changes nothing, if that object has other bytes.
   */
  move(from: string, to: string): Promise<void>;
  /**
   * Deletes what unfinished writes of this key, and of no other, have left. Returns how many there were. A `put` that is not
   * finished is one, and then ends as `interrupted`. Always 0 of a store whose unfinished writes leave nothing. The object
   * stays.
   */
  abortIncompleteUploads(key: string): Promise<number>;
}

/** How a read can be stopped. */
export interface ReadOptions {
  /** Ends the read, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Which object a write replaces, and how it can be stopped. */
export interface PutOptions {
  /** ETag of the object to replace. */
  readonly ifMatch?: string | undefined;
  /** Ends the write, which then rejects with the signal's reason and leaves nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of `put`. */
export type PutOutcome =
  | {
      /** The object is stored completely. */
      readonly kind: "written";
      /** Length of the object, in bytes. */
      readonly bytes: number;
    }
  | {
      /** There is an object, as durable as a written one; or the one to replace has another ETag. Nothing was written. */
      readonly kind: "exists";
    }
  | {
      /** Another archiver aborted this write, or wrote the same key at the same moment. */
      readonly kind: "interrupted";
    };

/** An object in a store, without its content. */
export interface ObjectInfo {
  /** The key, relative to the store's root. */
  readonly key: string;
  /** Length of the object, in bytes. */
  readonly bytes: number;
  /** An opaque text that changes with the content. */
  readonly etag: string;
}

/**
 * An entry of a store that is not an object.
 *
 * - `link`: a symbolic link, which is not followed; each one in a listed folder, also outside the prefix
 * - `name`: a file, folder or object whose name begins with the prefix and is not a valid key
 */
export interface OtherEntry {
  /** Why it is not an object. */
  readonly kind: "link" | "name";
  /** Printable: characters that no key can have are escaped. */
  readonly name: string;
}
