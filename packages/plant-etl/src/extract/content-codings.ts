import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Zlib,
} from "node:zlib";
import { type BoundedBytes, readUpTo } from "./read-at-most.js";

/** As many as curl decodes; each costs memory and time. */
const maxCodings = 5;

/** What a Content-Encoding header declares, or why it cannot be decoded, as a predicate. */
export type ContentCodings =
  /** In the order in which they are to be undone; `identity` is left out. */
  { readonly names: readonly ContentCoding[] } | { readonly problem: string };

/** Reads a Content-Encoding header; names are case-insensitive (RFC 9110, section 8.4.1). */
export function readContentCodings(header: string): ContentCodings {
  const given = header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (given.length > maxCodings)
    return { problem: `has ${given.length} content codings; at most ${maxCodings} are decoded` };
  const unknown = given.find((name) => !isKnown(name));
  return unknown === undefined
    ? { names: given.filter(isKnown).reverse() }
    : { problem: `has the unknown content coding ${quote(unknown)}` };
}

/**
 * Undoes content codings one after the other. Each step is bounded: it returns `maxBytes` at most, or what those can be
 * when they are compressed again.
 */
export async function decodeContent(
  received: BoundedBytes,
  names: readonly ContentCoding[],
  maxBytes: number,
): Promise<BoundedBytes | { readonly problem: string }> {
  let decoded = received;
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    try {
      decoded = await undo(name, decoded, isLast ? maxBytes : maxCoded(maxBytes));
    } catch {
      return { problem: `is not the ${name} data that its content-encoding declares` };
    }
  }
  return decoded;
}

/** Bytes that a body of `maxBytes` has at most when it is compressed: what does not compress grows a little. */
export function maxCoded(maxBytes: number): number {
  return maxBytes + Math.ceil(maxBytes / 256) + 1024;
}

const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const lenientBrotli = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

/**
 * Data that lacks only its end is decoded as far as it goes, as curl and browsers do it, when it was cut here or when
 * its format begins with a mark. What has no mark has to be complete, or anything would count as it.
 */
const gunzip = () => createGunzip(lenient);
const inflate = (bytes: Uint8Array, cut: boolean) =>
  hasZlibHeader(bytes) ? createInflate(lenient) : createInflateRaw(cut ? lenient : {});
const brotli = (_bytes: Uint8Array, cut: boolean) => createBrotliDecompress(cut ? lenientBrotli : {});

const decompressors = {
  gzip: gunzip,
  "x-gzip": gunzip,
  deflate: inflate,
  "x-deflate": inflate,
  br: brotli,
} as const satisfies Record<
  string,
  (bytes: Uint8Array, cut: boolean) => Transform & Pick<Zlib, "bytesWritten">
>;

export type ContentCoding = keyof typeof decompressors;

function isKnown(name: string): name is ContentCoding {
  return Object.hasOwn(decompressors, name);
}

async function undo(
  name: ContentCoding,
  { bytes, cut }: BoundedBytes,
  maxBytes: number,
): Promise<BoundedBytes> {
  const stream = decompressors[name](bytes, cut);
  stream.end(bytes);
  const decoded = await readUpTo(stream, maxBytes);
  const isDeflate = decompressors[name] === inflate;
  if (isDeflate && !decoded.cut && stream.bytesWritten < bytes.length)
    throw new Error("there are bytes after its end");
  return { bytes: decoded.bytes, cut: cut || decoded.cut };
}

/** `deflate` means the zlib format (RFC 1950), but some servers send the bare data (RFC 1951). */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = [bytes[0], bytes[1]];
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
