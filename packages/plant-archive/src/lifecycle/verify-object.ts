import { isObjectError } from "../errors.js";
import type { ArchiveFile, Manifest, VerifiedFile, VerifiedObject } from "../model/archive-file.js";
import { digestOf, type ReadingsDigest } from "../model/reading-digest.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodeReadings, readManifest } from "../parquet/decode-readings.js";
import type { ObjectStore } from "../ports.js";

export type ObjectVerification = ({ readonly kind: "verified" } & VerifiedObject) | ObjectMismatch;

/** The object is not what it should be. */
export interface ObjectMismatch {
  readonly kind: "mismatch";
  /** One line, for who sets the file aside. */
  readonly fact: string;
  /** The same, with what to do where the file stays as it is. */
  readonly reason: string;
}

/**
 * Fetches a file's bytes from the store, decodes every reading in them and compares number and digest with what the
 * database gave. The only way to a `VerifiedFile`. What the footer claims is compared first, so that nothing is decoded of
 * a file that is not the expected one.
 *
 * @throws PlantArchiveError `STORE_…` when the store cannot be asked: that says nothing about the object; the signal's
 *   reason
 */
export async function verifyObject(
  store: ObjectStore,
  file: ArchiveFile,
  expected: ReadingsDigest,
  signal?: AbortSignal,
): Promise<ObjectVerification> {
  try {
    const source = await objectSource(store, file.key, signal);
    const difference =
      compareClaims(file, expected, await readManifest(source)) ??
      compareReadings(file, expected, await digestOf(decodeReadings(source)));
    if (difference !== null) return { kind: "mismatch", fact: difference, reason: difference };
    const { byteLength: bytes, etag } = source;
    return { kind: "verified", file: { ...file, ...expected, bytes } as VerifiedFile, etag };
  } catch (error) {
    if (isObjectError(error)) return { kind: "mismatch", fact: error.fact, reason: error.message };
    throw error;
  }
}

/** The differences between what a file claims, in its length and its footer, and what is expected of it. */
function compareClaims(
  { key, partition, bytes }: ArchiveFile,
  expected: ReadingsDigest,
  found: Manifest,
): string | null {
  if (bytes !== null && found.bytes !== bytes)
    return `${key} has ${found.bytes} bytes where the catalog has ${bytes}`;
  if (found.rows !== expected.rows)
    return `${key} has ${found.rows} readings where the database has ${expected.rows}`;
  if (found.digest !== expected.digest || found.partition !== partition)
    return `${key} has other readings than the database: of ${found.partition}, digest ${found.digest}, not ${expected.digest}`;
  return null;
}

function compareReadings(
  { key }: ArchiveFile,
  expected: ReadingsDigest,
  found: ReadingsDigest,
): string | null {
  if (found.rows !== expected.rows)
    return `${key} has ${found.rows} readings where the database has ${expected.rows}`;
  if (found.digest !== expected.digest)
    return `${key} has other readings than the database: digest ${found.digest}, not ${expected.digest}`;
  return null;
}
