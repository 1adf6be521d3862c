import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";

/** The tables of a catalog, as the contract suite fills and reads them. */
export interface ReadingTables {
  /** Inserts readings with new ids, except those whose key exists. */
  insert(readings: readonly Omit<ArchivedReading, "readingId">[]): Promise<void>;
  /** Inserts readings with their ids, as a writer does that does not take the lock of loads. */
  insertWithIds(readings: readonly ArchivedReading[]): Promise<void>;
  update(readingId: number, changes: Pick<ArchivedReading, "temperature">): Promise<void>;
  remove(readingId: number): Promise<void>;
  state(): Promise<CatalogState>;
}

/** Everything that is stored, without file ids and ranges. */
export interface CatalogState {
  /** By plant and time, with the key of the file that covers them. */
  readonly readings: readonly (ArchivedReading & { readonly key: string | null })[];
  /** By partition and key. */
  readonly files: readonly CatalogFile[];
  /** In the order of insertion. */
  readonly quarantined: readonly {
    readonly rowId: number;
    /** `conflicting reading`. */
    readonly reason: string;
    /** JSON: all columns by name, times as ISO 8601, as `toQuarantinedRow` returns them. */
    readonly content: string;
  }[];
}

/** Instants are milliseconds since the epoch. */
export interface CatalogFile extends Omit<ArchiveFile, "fileId" | "range"> {
  readonly claimedAt: number | null;
  readonly verifiedAt: number | null;
  readonly prunedAt: number | null;
  readonly reason: string | null;
}
