import { isObjectError } from "../errors.js";
import type { ArchiveFile, Manifest, VerifiedFile, VerifiedObject } from "../model/archive-file.js";
import { type ArchivedTable, rowsOf } from "../model/archived-table.js";
import { digestOf, type RowsDigest } from "../model/page-digest.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodePages, readManifest } from "../parquet/decode-pages.js";
import type { ObjectStore } from "../ports.js";

export type ObjectVerification = ({ readonly kind: "verified" } & VerifiedObject) | ObjectMismatch;

/** The object does not have the expected content. */
export interface ObjectMismatch {
  readonly kind: "mismatch";
  /** One line, for a file that is quarantined. */
  readonly fact: string;
  /** The same, and what to do, for a file that stays as it is. */
  readonly reason: string;
}

/**
 * Reads a file's object from the store, decodes every row and compares their number and digest with those of the
 * database. Nothing else creates a `VerifiedFile`. The footer is compared first, so that nothing of an unexpected file is
 * decoded.
 *
 * @throws PlantArchiveError `STORE_…`, which says nothing about the object; the signal's reason
 */
export async function verifyObject(
  store: ObjectStore,
  table: ArchivedTable,
  file: ArchiveFile,
  expected: RowsDigest,
  signal?: AbortSignal,
): Promise<ObjectVerification> {
  try {
    const source = await objectSource(store, file.key, signal);
    const difference =
      compareManifest(table, file, expected, await readManifest(source)) ??
      compareRows(table, file, expected, await digestOf(table, decodePages(table, source)));
    if (difference !== null) return { kind: "mismatch", fact: difference, reason: difference };
    const { byteLength: bytes, etag } = source;
    return { kind: "verified", file: { ...file, ...expected, bytes } as VerifiedFile, etag };
  } catch (error) {
    if (isObjectError(error)) return { kind: "mismatch", fact: error.fact, reason: error.message };
    throw error;
  }
}

/** The difference between the length and footer of a file and the expected ones. */
function compareManifest(
  table: ArchivedTable,
  { key, partition, bytes }: ArchiveFile,
  expected: RowsDigest,
  found: Manifest,
): string | null {
  if (bytes !== null && found.bytes !== bytes)
    return `${key} has ${found.bytes} bytes where the catalog has ${bytes}`;
  if (found.rows !== expected.rows)
    return `${key} has ${found.rows} ${rowsOf(table)} where the database has ${expected.rows}`;
  if (found.digest !== expected.digest || found.partition !== partition)
    return `${key} has other ${rowsOf(table)} than the database: of ${found.partition}, digest ${found.digest}, not ${expected.digest}`;
  return null;
}

function compareRows(
  table: ArchivedTable,
  { key }: ArchiveFile,
  expected: RowsDigest,
  found: RowsDigest,
): string | null {
  if (found.rows !== expected.rows)
    return `${key} has ${found.rows} ${rowsOf(table)} where the database has ${expected.rows}`;
  if (found.digest !== expected.digest)
    return `${key} has other ${rowsOf(table)} than the database: digest ${found.digest}, not ${expected.digest}`;
  return null;
}
