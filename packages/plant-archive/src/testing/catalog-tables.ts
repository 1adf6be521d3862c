import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";

/** What stands behind a ledger, for whoever else writes there: a loader, a person, a test. */
export interface ReadingTables {
  /** Loads readings under new numbers; where one of the same plant and time is there already, that one stays. */
  insert(readings: readonly Omit<ArchivedReading, "readingId">[]): Promise<void>;
  update(readingId: number, changes: Pick<ArchivedReading, "temperature">): Promise<void>;
  remove(readingId: number): Promise<void>;
  state(): Promise<CatalogState>;
}

/** Everything that is stored, without the numbers of files. */
export interface CatalogState {
  /** By plant and time, each with the key of the file that has it. */
  readonly readings: readonly (ArchivedReading & { readonly key: string | null })[];
  /** By partition and key. */
  readonly files: readonly CatalogFile[];
  /** In the order in which they were set aside. */
  readonly quarantined: readonly {
    readonly rowId: number;
    readonly reason: string;
    /** JSON. */
    readonly content: string;
  }[];
}

/** Instants are milliseconds since the epoch. */
export interface CatalogFile extends Omit<ArchiveFile, "fileId"> {
  readonly claimedAt: number | null;
  readonly verifiedAt: number | null;
  readonly prunedAt: number | null;
  readonly reason: string | null;
}
