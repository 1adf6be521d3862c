import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Zlib,
} from "node:zlib";
import { type BoundedBytes, readUpTo } from "./read-up-to.js";

/** The limit of curl. */
const maxCodings = 5;

/** The codings of a Content-Encoding header, or why they cannot be decoded, as a predicate. */
export type ContentCodings =
  /** In the order of decoding, without `identity`. */
  { readonly names: readonly ContentCoding[] } | { readonly problem: string };

/** Parses a Content-Encoding header; names are case-insensitive (RFC 9110, section 8.4.1). */
export function parseContentCodings(header: string): ContentCodings {
  const declared = header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (declared.length > maxCodings)
    return { problem: `has ${declared.length} content codings; at most ${maxCodings} are decoded` };
  const unknown = declared.find((name) => !isKnown(name));
  return unknown === undefined
    ? { names: declared.filter(isKnown).reverse() }
    : { problem: `has the unknown content coding ${quote(unknown)}` };
}

/**
 * Decodes content codings one after the other. The output of each step is bounded: `maxBytes` for the last, and the
 * maximum compressed size of that for the others.
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
      decoded = await decode(name, decoded, isLast ? maxBytes : maxCoded(maxBytes));
    } catch {
      return { problem: `is not the ${name} data that its content-encoding declares` };
    }
  }
  return decoded;
}

/** Maximum size of `maxBytes` after compression: incompressible data grows a little. */
export function maxCoded(maxBytes: number): number {
  return maxBytes + Math.ceil(maxBytes / 256) + 1024;
}

const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const lenientBrotli = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

/**
 * Data without its end is decoded as far as possible, as in curl and browsers, if it was cut here or its format begins with
 * a signature. Without a signature it must be complete, because any data would pass otherwise.
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

async function decode(
  name: ContentCoding,
  { bytes, cut }: BoundedBytes,
  maxBytes: number,
): Promise<BoundedBytes> {
  const stream = decompressors[name](bytes, cut);
  stream.end(bytes);
  const decoded = await readUpTo(stream, maxBytes);
  const isDeflate = decompressors[name] === inflate;
  if (isDeflate && !decoded.cut && stream.bytesWritten < bytes.length)
    throw new Error("bytes after the end of the data");
  return { bytes: decoded.bytes, cut: cut || decoded.cut };
}

/** `deflate` is the zlib format (RFC 1950), but some servers send raw deflate data (RFC 1951). */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = [bytes[0], bytes[1]];
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
