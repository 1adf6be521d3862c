import { createHash } from "node:crypto";
import type { PlantArchiveError } from "../errors.js";
import { type ByteSource, invalidObject } from "./byte-source.js";
import { decodeInThread } from "./decoding-thread.js";
import { InvalidFileError, magic, trailerBytes } from "./file-layout.js";
import { decodingLimitMs, maxFooterBytes } from "./limits.js";
import type { Footer } from "./parse-footer.js";

/** A file whose footer was verified. */
export interface OpenFile extends Footer {
  readonly source: ByteSource;
}

const hashBytes = 32;
/** Holds the footer of a million readings. */
const firstReadBytes = 131_072;

/**
 * Reads the footer of a file, usually in one read. Throws `OBJECT_INVALID` if the file is truncated, damaged or not of this
 * archive.
 */
export async function openFile(source: ByteSource): Promise<OpenFile> {
  const bytes = await readFooter(source);
  const dataEnd = source.byteLength - bytes.byteLength - hashBytes;
  const limitMs = decodingLimitMs(0, bytes.byteLength);
  const footer = await decodeInThread("footer", [bytes, dataEnd], { limitMs, signal: source.signal }).catch(
    (error: unknown) => {
      throw asInvalidObject(source, error);
    },
  );
  // The first four bytes are part of the first row group, if there is one.
  if (footer.rowGroups.length === 0) checkMagic(source, await read(source, 0, dataEnd));
  return { ...footer, source };
}

/** The footer with its length and the magic, after its hash was verified. */
async function readFooter(source: ByteSource): Promise<Uint8Array> {
  const { key, byteLength } = source;
  const shortest = magic.length + hashBytes + trailerBytes;
  if (byteLength < shortest) throw invalidObject(key, `has ${byteLength} bytes and is not a Parquet file`);
  const tailStart = Math.max(0, byteLength - firstReadBytes);
  const tail = await read(source, tailStart, byteLength);
  const trailer = new DataView(tail.buffer, tail.byteOffset + tail.byteLength - trailerBytes, trailerBytes);
  if (latin1(tail.subarray(-magic.length)) !== magic)
    throw invalidObject(key, "is not a Parquet file, or is truncated");
  const footerStart = byteLength - trailerBytes - trailer.getUint32(0, true);
  const hashStart = footerStart - hashBytes;
  if (hashStart < magic.length || byteLength - footerStart > maxFooterBytes) throw invalidFooter(key);
  const sealed =
    hashStart >= tailStart
      ? tail.subarray(hashStart - tailStart)
      : Buffer.concat([await read(source, hashStart, tailStart), tail]);
  const footer = sealed.subarray(hashBytes);
  if (createHash("sha256").update(footer).digest().compare(sealed, 0, hashBytes) !== 0)
    throw invalidFooter(key);
  return footer;
}

function invalidFooter(key: string): PlantArchiveError {
  return invalidObject(key, "is damaged in its footer, or was not written by this archive");
}

/** Converts an `InvalidFileError` to the error of its object. */
export function asInvalidObject({ key }: ByteSource, error: unknown, place = ""): unknown {
  return error instanceof InvalidFileError ? invalidObject(key, `${error.message}${place}`, error) : error;
}

/** @throws PlantArchiveError `OBJECT_INVALID` */
export function checkMagic({ key }: ByteSource, beginning: Uint8Array): void {
  if (latin1(beginning.subarray(0, magic.length)) !== magic)
    throw invalidObject(key, "does not begin like a Parquet file");
}

/** Reads a range; throws `OBJECT_INVALID` if it is incomplete. */
export async function read(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.slice(start, end);
  if (bytes.byteLength !== end - start)
    throw invalidObject(source.key, `returned ${bytes.byteLength} of ${end - start} bytes at ${start}`);
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
