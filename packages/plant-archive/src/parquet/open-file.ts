import { createHash } from "node:crypto";
import { type FileMetaData, parquetMetadata, type RowGroup } from "hyparquet";
import type { PlantArchiveError } from "../errors.js";
import { type ByteSource, invalidObject } from "./byte-source.js";
import { type Column, fromSchema } from "./columns.js";
import { rowGroupHashes } from "./write-file.js";

/** A file whose footer is whole. */
export interface OpenFile {
  readonly source: ByteSource;
  readonly columns: readonly Column[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly rows: number;
  readonly rowGroups: readonly RowGroupPlace[];
  readonly footer: FileMetaData;
}

export interface RowGroupPlace {
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  readonly sha256: string;
  readonly described: RowGroup;
}

const magic = "PAR1";
const hashBytes = 32;
/** Length and magic, after the footer. */
const trailerBytes = 8;
/** Holds the footer of a million readings. */
const firstReadBytes = 65_536;
/** More than any file of this archive has; a damaged length would otherwise ask for the whole object. */
const mostFooterBytes = 2 ** 24;

/**
 * Reads the footer of a file that `startFile` made, mostly in one read. What is cut short, damaged or not of this archive
 * throws `OBJECT_INVALID`; what the source throws goes through.
 */
export async function openFile(source: ByteSource): Promise<OpenFile> {
  const { key } = source;
  const bytes = await readFooter(source);
  const invalid = (problem: string, cause?: unknown) => invalidObject(key, problem, cause);
  let footer: FileMetaData;
  try {
    footer = parquetMetadata(bytes, { geoparquet: false });
  } catch (cause) {
    throw invalid("has a footer that cannot be read", cause);
  }
  const columns = fromSchema(footer.schema);
  if (columns === null) throw invalid("has a column of a kind that this version does not know");
  const metadata = new Map((footer.key_value_metadata ?? []).map(({ key, value = "" }) => [key, value]));
  const hashes = (metadata.get(rowGroupHashes) ?? "").split(",").filter((hash) => hash !== "");
  metadata.delete(rowGroupHashes);
  if (hashes.length !== footer.row_groups.length) throw invalid("does not have one hash a row group");
  const dataEnd = source.byteLength - bytes.byteLength - hashBytes;
  // The first four bytes go with the first row group; where there is none, they are all that there is before the footer.
  if (hashes.length === 0 && latin1(await read(source, 0, dataEnd)) !== magic)
    throw invalid("does not begin as a Parquet file");
  const rowGroups = footer.row_groups.map((described, index, all): RowGroupPlace => {
    const next = all[index + 1];
    return {
      start: index === 0 ? 0 : startOf(described),
      end: next === undefined ? dataEnd : startOf(next),
      rows: Number(described.num_rows),
      sha256: hashes[index] ?? "",
      described,
    };
  });
  return { source, columns, metadata, rows: Number(footer.num_rows), rowGroups, footer };
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
  if (hashStart < magic.length || byteLength - footerStart > mostFooterBytes) throw unsealed(key);
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

/** Bytes of a source, all of them. */
export async function read(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.slice(start, end);
  if (bytes.byteLength !== end - start)
    throw invalidObject(source.key, `gave ${bytes.byteLength} of ${end - start} bytes at ${start}`);
  return bytes;
}

function startOf({ columns: [first] }: RowGroup): number {
  return Number(first?.meta_data?.dictionary_page_offset ?? first?.meta_data?.data_page_offset ?? 0);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
