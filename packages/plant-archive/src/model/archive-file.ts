import type { Partition } from "./partition.js";

/** What the ledger says of a file. */
export interface ArchiveFile {
  /** The ledger's own number. */
  readonly fileId: number;
  /** Where it is in the object store. */
  readonly key: string;
  readonly partition: Partition;
  readonly state: FileState;
  /** Readings that it holds, or is to hold. */
  readonly rows: number;
  /** Bytes of the object; `null` until it is verified. */
  readonly bytes: number | null;
  /** Digest of its readings, hex; `null` until it is verified. */
  readonly digest: string | null;
  /** The run that claimed it. */
  readonly runId: string;
}

/**
 * - `claimed`: its readings are chosen; the object may or may not be there
 * - `verified`: the object was read back and holds exactly them
 * - `pruned`: verified, and its readings have left the database
 * - `quarantined`: its object was not what it should be; its readings went back to having no file
 */
export type FileState = "claimed" | "verified" | "pruned" | "quarantined";

/** What a file says of itself, in its footer. */
export interface Manifest {
  readonly key: string;
  readonly schemaVersion: number;
  readonly partition: Partition;
  readonly runId: string;
  readonly rows: number;
  /** Digest of its readings, hex. */
  readonly digest: string;
  readonly bytes: number;
}

/** A file whose object was read back in this run and matched on rows and digest. Only `readBack` makes one. */
export interface VerifiedFile extends ArchiveFile {
  readonly bytes: number;
  readonly digest: string;
  readonly [verifiedBrand]: true;
}
declare const verifiedBrand: unique symbol;

/** A file with the tag that its object had when it was read back. */
export interface VerifiedObject {
  readonly file: VerifiedFile;
  readonly etag: string;
}
