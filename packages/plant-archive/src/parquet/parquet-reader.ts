import { createHash } from "node:crypto";
import type { PlantArchiveError } from "../errors.js";
import { type ByteSource, invalidObject } from "./byte-source.js";
import { decodeInThread } from "./decoding-thread.js";
import { InvalidFileError, magic, trailerBytes } from "./file-layout.js";
import { decodingLimitMs, maxFooterBytes } from "./limits.js";
import type { Footer } from "./parse-footer.js";

/** A file whose footer is whole. */
export interface OpenFile extends Footer {
  readonly source: ByteSource;
}

const hashBytes = 32;
/** Holds the footer of a million readings. */
const firstReadBytes = 131_072;

/**
 * Reads the footer of a file that `startFile` made, mostly in one read. What is cut short, damaged or not of this archive
 * throws `OBJECT_INVALID`; what the source throws goes through.
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
  // The first four bytes go with the first row group; where there is none, they are all that there is before the footer.
  if (footer.rowGroups.length === 0) checkMagic(source, await read(source, 0, dataEnd));
  return { ...footer, source };
}

/** The footer with its length and the magic, after its hash was compared. */
async function readFooter(source: ByteSource): Promise<Uint8Array> {
  const { key, byteLength } = source;
  const shortest = magic.length + hashBytes + trailerBytes;
  if (byteLength < shortest) throw invalidObject(key, `has ${byteLength} bytes and is no Parquet file`);
  const tailStart = Math.max(0, byteLength - firstReadBytes);
  const tail = await read(source, tailStart, byteLength);
  const trailer = new DataView(tail.buffer, tail.byteOffset + tail.byteLength - trailerBytes, trailerBytes);
  if (latin1(tail.subarray(-magic.length)) !== magic)
    throw invalidObject(key, "is no Parquet file, or is cut short");
  const footerStart = byteLength - trailerBytes - trailer.getUint32(0, true);
  const hashStart = footerStart - hashBytes;
  if (hashStart < magic.length || byteLength - footerStart > maxFooterBytes) throw unsealed(key);
  const sealed =
    hashStart >= tailStart
      ? tail.subarray(hashStart - tailStart)
      : Buffer.concat([await read(source, hashStart, tailStart), tail]);
  const footer = sealed.subarray(hashBytes);
  if (createHash("sha256").update(footer).digest().compare(sealed, 0, hashBytes) !== 0) throw unsealed(key);
  return footer;
}

function unsealed(key: string): PlantArchiveError {
  return invalidObject(key, "is damaged in its footer, or was not written by this archive");
}

/** What a decoder has found, as the error of its object; any other error as it is. */
export function asInvalidObject({ key }: ByteSource, error: unknown, place = ""): unknown {
  return error instanceof InvalidFileError ? invalidObject(key, `${error.message}${place}`, error) : error;
}

/** @throws PlantArchiveError `OBJECT_INVALID` */
export function checkMagic({ key }: ByteSource, beginning: Uint8Array): void {
  if (latin1(beginning.subarray(0, magic.length)) !== magic)
    throw invalidObject(key, "does not begin as a Parquet file");
}

/** Bytes of a source, all of them. */
export async function read(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.slice(start, end);
  if (bytes.byteLength !== end - start)
    throw invalidObject(source.key, `gave ${bytes.byteLength} of ${end - start} bytes at ${start}`);
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
