import type { ReferenceData } from "@lmnh/plant-schema";
import type { ArchiveFile, FileState, Manifest, VerifiedFile } from "./model/archive-file.js";
import type { ArchivedReading } from "./model/archived-reading.js";
import type { Partition } from "./model/partition.js";

/** Where readings are, and the record of which file holds which of them. Instants are milliseconds since the epoch. */
export interface ArchiveCatalog {
  /** Hours that end at or before `until` and have readings that no file has; the oldest first. */
  unarchived(until: number): Promise<readonly { readonly partition: Partition; readonly readings: number }[]>;
  /** The files that fit, by partition and key; all of them by default. */
  files(which?: FileQuery): Promise<readonly ArchiveFile[]>;
  /**
   * Gives up to `most` of an hour's readings that no file has to a new file, the first by plant and time, in one
   * transaction; the file is `claimed`. `null`, and no file, where there is none.
   */
  claim(claim: FileClaim, limit: number): Promise<ArchiveFile | null>;
  /** The readings of a file that are in the database, in pages, by plant and time. */
  readings(file: ArchiveFile): AsyncIterable<readonly ArchivedReading[]>;
  /**
   * Takes out of a claimed file, and of the database, the readings that an older file holds already: what is measured
   * alike is a duplicate and is deleted, what is not goes whole to `quarantined_row`. A claim that comes to nothing is
   * forgotten: then the file is `null`. Each page is a transaction; broken off, it can be begun again.
   */
  dropArchivedDuplicates(
    file: ArchiveFile,
    held: AsyncIterable<readonly ArchivedReading[]>,
  ): Promise<DroppedReadings>;
  /**
   * `claimed` → `verified`. `false` where it is not `claimed` any more, or not of as many readings: another archiver was
   * first.
   */
  markVerified(file: VerifiedFile, at: number): Promise<boolean>;
  /** `claimed` or `verified` → `quarantined`; its readings have no file again. `false` in any other state. */
  quarantine(file: ArchiveFile, reason: string): Promise<boolean>;
  /**
   * `verified` → `pruned`, and deletes the file's readings in the same transaction, folding what it deletes into a
   * digest. Where that is not the file's, nothing is changed.
   */
  prune(file: VerifiedFile, at: number): Promise<PruneOutcome>;
  /**
   * Puts a file's readings back and makes it `verified`, in one transaction; a file that this ledger does not know is
   * entered, unless it is a copy: another file of the hour has the same readings. Readings of the same plant and time that
   * no file has give way, as in `dropHeld`. Of a file whose readings have not left, all are `present`. A reading keeps its
   * number where that is free. A plant that is not known is entered with its number alone, observed in 1970, so that
   * whatever describes it is newer.
   *
   * @throws PlantArchiveError `RESTORE_CONFLICT`, and `OBJECT_INVALID` where the readings are not the manifest's; then
   * nothing is changed
   */
  restore(manifest: Manifest, readings: AsyncIterable<readonly ArchivedReading[]>): Promise<RestoredReadings>;
  /** The archive that this database's readings go to; `null` before there is one. */
  archiveId(): Promise<string | null>;
  /** Notes the archive, where none is noted yet or this one is to take its place; gives the one that is noted now. */
  saveArchiveId(archiveId: string, how: { readonly replacing: boolean }): Promise<string>;
  /** All reference data: plants with their botanists and origins, and what stands for itself. */
  referenceData(): Promise<ReferenceData>;
  /** Adds and updates reference data by its natural keys; what is newer in the database stays. */
  loadReferenceData(data: ReferenceData): Promise<void>;
  /** UTC days that end at or before `until` and have readings, in files or not; the oldest first. */
  days(until: number): Promise<readonly DayState[]>;
  /** What of a UTC day no verified or pruned file has; in pages, by plant and time. */
  uncommittedReadings(day: string): AsyncIterable<readonly ArchivedReading[]>;
  /** Notes how many readings a day's summary is made of. A smaller number than is noted changes nothing. */
  markSummarized(day: string, readings: number): Promise<void>;
}

/** Conditions that all have to hold. */
export interface FileQuery {
  readonly states?: readonly FileState[];
  readonly partition?: Partition;
  /** `YYYY-MM-DD`, UTC. */
  readonly day?: string;
  readonly key?: string;
}

export interface FileClaim {
  readonly key: string;
  readonly partition: Partition;
  readonly runId: string;
  readonly at: number;
}

export interface DroppedReadings {
  readonly file: ArchiveFile | null;
  readonly duplicates: number;
  readonly conflicts: number;
}

export interface RestoredReadings {
  /** Readings that are in the database because of this. */
  readonly restored: number;
  /** Readings that were there. */
  readonly present: number;
  /** Plants that were entered with their number alone. */
  readonly barePlants: number;
}

/** `changed`: what would have been deleted is not what the file holds. `elsewhere`: it is not `verified` any more. */
export type PruneOutcome =
  | { readonly kind: "pruned"; readonly rows: number }
  | { readonly kind: "changed"; readonly rows: number }
  | { readonly kind: "elsewhere" };

/** A day's readings, and how many of them its summary is made of; `summarized` is 0 where there is none. */
export interface DayState {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly readings: number;
  readonly summarized: number;
}

/**
 * Where files go. Keys are relative to the store's own root and have `/` between their parts, of which none is empty or
 * begins with a dot; any other is refused with `OPTION_INVALID`.
 */
export interface ObjectStore {
  /** For people; without secrets. */
  readonly name: string;
  /**
   * Writes an object whole or not at all, as a stream. Without `replaces` it never takes another one's place; with it,
   * it takes the place of the object that has this tag. When the body or the signal breaks it off, nothing is left; a
   * signal that comes when the body has ended may come too late. A chunk is done with when the next one is asked for.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutOutcome>;
  /** `null` where there is none. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * The bytes from `start` (included) to `end` (excluded). Rejects where there is no such object (`OBJECT_MISSING`), or
   * where it ends before (`OBJECT_INVALID`), and with the signal's reason when that aborts.
   */
  read(key: string, start: number, end: number, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * Every object whose key begins with the prefix, in order of the keys' UTF-8 bytes. `onOther` is called with what is
   * there and is no object.
   */
  list(prefix: string, onOther?: (other: OtherEntry) => void): AsyncIterable<ObjectInfo>;
  /**
   * Gives an object another key. Nothing happens where it is not there, so that it can be done again. Rejects with
   * `OBJECT_EXISTS` where the other key has an object of other bytes.
   */
  move(from: string, to: string): Promise<void>;
  /** Clears away what unfinished writings of this key have left, and says how many they were. */
  abortIncompleteUploads(key: string): Promise<number>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions {
  /** The tag of the object whose place is taken. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/**
 * - `exists`: there is one already, as lasting as if it had been written now, or not the one to be replaced
 * - `interrupted`: another archiver has cleared this writing away, or was at the same key at the same moment
 */
export type PutOutcome =
  | { readonly kind: "written"; readonly bytes: number }
  | { readonly kind: "exists" }
  | { readonly kind: "interrupted" };

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Changes when the object does. */
  readonly etag: string;
}

/**
 * What a store has and no key leads to.
 *
 * - `link`: a symbolic link, which is not followed; each one in a folder that is read, also beside the prefix
 * - `name`: a file, folder or object whose name begins with the prefix and cannot be a key
 */
export interface OtherEntry {
  readonly kind: "link" | "name";
  /** Printable: of a `name`, what cannot be in a key is escaped. */
  readonly name: string;
}
