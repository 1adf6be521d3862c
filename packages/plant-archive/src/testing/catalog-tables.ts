import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";

/** The tables of a catalog, as the contract suite fills and reads them. */
export interface ReadingTables {
  /** Inserts readings with new ids, except those whose key exists. */
  insert(readings: readonly Omit<ArchivedReading, "readingId">[]): Promise<void>;
  /** Inserts readings with their ids, as a writer does that does not take the lock of loads. */
  insertWithIds(readings: readonly ArchivedReading[]): Promise<void>;
  /** Changes the temperature, degrees Celsius, of a stored reading. */
  update(readingId: number, changes: Pick<ArchivedReading, "temperature">): Promise<void>;
  /** Deletes a stored reading. */
  remove(readingId: number): Promise<void>;
  /** Reads everything that is stored. */
  state(): Promise<CatalogState>;
}

/** Everything that is stored, without file ids and ranges. */
export interface CatalogState {
  /** By plant and time, with the key of the file that covers them. */
  readonly readings: readonly (ArchivedReading & {
    /** The key of the claimed or verified file that covers the reading; `null` if none does. */
    readonly key: string | null;
  })[];
  /** The files of the catalog, by partition and key. */
  readonly files: readonly CatalogFile[];
  /** The rows of `quarantined_row`, in the order of insertion. */
  readonly quarantined: readonly {
    /** The id of the row in its table. */
    readonly rowId: number;
    /** Why the row is there; always `conflicting reading`. */
    readonly reason: string;
    /** JSON: all columns by name, times as ISO 8601, as `toQuarantinedRow` returns them. */
    readonly content: string;
  }[];
}

/** A row of the catalog with its times, which are milliseconds since the epoch. */
export interface CatalogFile extends Omit<ArchiveFile, "fileId" | "range"> {
  /** When the file was claimed; `null` for a restored file that another database claimed. */
  readonly claimedAt: number | null;
  /** When the file was verified; `null` before that, and for a restored file that another database claimed. */
  readonly verifiedAt: number | null;
  /** When its readings were deleted; `null` if they were not, or were restored since. */
  readonly prunedAt: number | null;
  /** Why it is quarantined; `null` if it is not. */
  readonly reason: string | null;
}
