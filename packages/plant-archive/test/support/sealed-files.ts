import { createHash } from "node:crypto";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { rowGroupHashes } from "../../src/parquet/file-layout.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** The parts of a file of the archive: its bytes up to the hash of the footer, and the footer itself. */
export function takeApart(file: Uint8Array): { readonly data: Buffer; readonly footer: Buffer } {
  const bytes = Buffer.from(file);
  const footerLength = bytes.readUInt32LE(bytes.length - 8);
  const footerStart = bytes.length - 8 - footerLength;
  return {
    data: bytes.subarray(0, footerStart - 32),
    footer: bytes.subarray(footerStart, bytes.length - 8),
  };
}

/** A file of these parts with the right length and hash of its footer. */
export function seal(data: Uint8Array, footer: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  const sealed = Buffer.concat([footer, length, Buffer.from("PAR1")]);
  return Buffer.concat([data, sha256(sealed), sealed]);
}

/** A file of one row group whose bytes were changed, with the hashes that these bytes have. */
export function sealChanged(file: Uint8Array, data: Uint8Array, footer: Uint8Array): Buffer {
  const before = sha256(takeApart(file).data).toString("hex");
  const text = Buffer.from(footer);
  const at = text.indexOf(before);
  if (at >= 0) text.write(sha256(data).toString("hex"), at);
  return seal(data, text);
}

/** A file of one row group whose description in the footer was changed. */
export function describeOtherwise(file: Uint8Array, change: (footer: FileMetaData) => FileMetaData): Buffer {
  return seal(takeApart(file).data, toFooter(change(footerOf(file))));
}

/** What replaces the data page of a column. */
export interface Page {
  /** Snappy's bytes; as they are. */
  readonly compressed: Uint8Array;
  readonly uncompressedBytes: number;
  readonly rows: number;
  readonly encoding: "PLAIN" | "RLE_DICTIONARY" | "DELTA_BINARY_PACKED";
  /** The definition levels, before the compressed values. */
  readonly levels?: Uint8Array;
}

/** A file of one row group in which a column has another data page; all hashes, offsets and sizes are right. */
export function replacePage(file: Uint8Array, column: string, page: Page): Buffer {
  const { data } = takeApart(file);
  const footer = footerOf(file);
  const [group] = footer.row_groups;
  const about = group?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column)?.meta_data;
  if (group === undefined || about === undefined) throw new Error(`there is no ${column}`);
  const levels = page.levels ?? new Uint8Array(0);
  const writer = new ByteWriter();
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levels.length + page.uncompressedBytes,
    compressed_page_size: levels.length + page.compressed.length,
    data_page_header_v2: {
      num_values: page.rows,
      num_nulls: 0,
      num_rows: page.rows,
      encoding: page.encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const start = Number(about.data_page_offset);
  const end =
    Number(about.dictionary_page_offset ?? about.data_page_offset) + Number(about.total_compressed_size);
  const inserted = Buffer.concat([writer.getBytes(), levels, page.compressed]);
  const longer = BigInt(inserted.length - (end - start));
  const changed = Buffer.concat([data.subarray(0, start), inserted, data.subarray(end)]);
  const columns = group.columns.map((chunk) => {
    const { meta_data: found } = chunk;
    if (found === undefined) return chunk;
    const move = (offset: bigint) => (offset >= BigInt(end) ? offset + longer : offset);
    return {
      ...chunk,
      meta_data: {
        ...found,
        data_page_offset: move(found.data_page_offset),
        ...(found.dictionary_page_offset !== undefined && {
          dictionary_page_offset: move(found.dictionary_page_offset),
        }),
        total_compressed_size: found.total_compressed_size + (found === about ? longer : 0n),
      },
    };
  });
  const hash = sha256(changed).toString("hex");
  const metadata = (footer.key_value_metadata ?? []).map((pair) =>
    pair.key === rowGroupHashes ? { ...pair, value: hash } : pair,
  );
  return seal(
    changed,
    toFooter({ ...footer, row_groups: [{ ...group, columns }], key_value_metadata: metadata }),
  );
}

/** Bytes as snappy has them without compression. */
export function literal(bytes: Uint8Array): Buffer {
  const etag = Buffer.alloc(4, 62 << 2);
  etag.writeUIntLE(bytes.length - 1, 1, 3);
  return Buffer.concat([varint(bytes.length), etag, bytes]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push((left % 128) + (left > 127 ? 128 : 0));
    if (left <= 127) return Buffer.from(bytes);
  }
}

function footerOf(file: Uint8Array): FileMetaData {
  const { footer } = takeApart(file);
  return parquetMetadata(seal(new Uint8Array(0), footer), { geoparquet: false });
}

function toFooter(footer: FileMetaData): Buffer {
  const writer = new ByteWriter();
  writeMetadata(writer, footer);
  // The length, which comes last, is added by `seal`.
  return Buffer.from(writer.getBytes()).subarray(0, -4);
}
