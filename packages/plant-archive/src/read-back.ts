import type { ArchiveFile, VerifiedFile } from "./archive-file.js";
import { startDigest } from "./digest.js";
import { isObjectError } from "./errors.js";
import { objectSource } from "./parquet/byte-source.js";
import { decodeReadings, readManifest } from "./parquet/decode-readings.js";
import type { ObjectStore } from "./ports.js";

/** What a file is to hold, as it was when it was read from the database. */
export interface Expected {
  readonly rows: number;
  /** Hex. */
  readonly digest: string;
}

export type ReadBack =
  | { readonly kind: "verified"; readonly file: VerifiedFile }
  /** The object is not what it should be; `reason` is one line. */
  | { readonly kind: "mismatch"; readonly reason: string };

/**
 * Fetches a file's bytes from the store, decodes every reading in them and compares number and digest with what the
 * database gave. The only way to a `VerifiedFile`.
 *
 * @throws PlantArchiveError `STORE_…` when the store cannot be asked: that says nothing about the object
 */
export async function readBack(store: ObjectStore, file: ArchiveFile, expected: Expected): Promise<ReadBack> {
  try {
    const found = await readWhole(store, file);
    const difference = compare(file, expected, found);
    if (difference !== null) return { kind: "mismatch", reason: difference };
    const { bytes, digest } = found;
    return { kind: "verified", file: { ...file, bytes, digest, rows: expected.rows } as VerifiedFile };
  } catch (error) {
    if (isObjectError(error)) return { kind: "mismatch", reason: error.message };
    throw error;
  }
}

interface Found extends Expected {
  readonly bytes: number;
  /** What the footer says. */
  readonly said: Expected & { readonly partition: string };
}

async function readWhole(store: ObjectStore, { key }: ArchiveFile): Promise<Found> {
  const source = await objectSource(store, key);
  const said = await readManifest(source);
  const digest = startDigest();
  for await (const page of decodeReadings(source)) for (const reading of page) digest.add(reading);
  return { rows: digest.rows, digest: digest.hex(), bytes: source.byteLength, said };
}

function compare({ key, partition }: ArchiveFile, expected: Expected, found: Found): string | null {
  if (found.rows !== expected.rows)
    return `${key} holds ${found.rows} readings where the database gave ${expected.rows}`;
  if (found.digest !== expected.digest)
    return `${key} holds other readings than the database gave: digest ${found.digest}, not ${expected.digest}`;
  const { said } = found;
  if (said.rows !== expected.rows || said.digest !== expected.digest || said.partition !== partition)
    return `${key} says of itself ${said.rows} readings of ${said.partition}, digest ${said.digest}, and holds others`;
  return null;
}
