import { createHash } from "node:crypto";
import type { DecodedArray, Encoding } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { rowGroupHashes } from "./file-layout.js";
import { type Column, toSchema } from "./schema.js";

/** A column with the encoding of its values; a dictionary or plain, whichever is smaller, where none is named. */
export interface StoredColumn extends Column {
  readonly encoding?: Encoding;
}

/**
 * A Parquet file in the making: its parts, put together in the order in which they were made. `int64` values are
 * bigints, or numbers where they are stored as differences; `timestamp` and `date` values are milliseconds and days since
 * the epoch.
 */
export interface FileWriter {
  /** One row group; a list of values a column, in the order of the columns. */
  rowGroup(values: readonly DecodedArray[]): Uint8Array;
  /** What comes last. */
  footer(metadata: Readonly<Record<string, string>>): Uint8Array;
}

/**
 * Starts a file that shows any damage before its pages are opened: the footer has the hash of each row group, the
 * beginning of the file included, and the 32 bytes before the footer are the hash of all that follows them. Parquet's own
 * checksums cover neither page headers nor the footer, and a reader that trusts a damaged page header may never end.
 */
export function startFile(columns: readonly StoredColumn[]): FileWriter {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: toSchema(columns),
    codec: "SNAPPY",
    createdBy: "@lmnh/plant-archive",
  });
  const hashes: string[] = [];

  function take(): Uint8Array {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  }

  return {
    rowGroup(values) {
      // Nothing to wait for here and below: this writer flushes nowhere.
      void parquet.write({
        columnData: columns.map(({ name, type, encoding }, index) => ({
          name,
          data: values[index] ?? [],
          ...encodingOf(type, encoding),
        })),
        rowGroupSize: Number.MAX_SAFE_INTEGER,
        // None, so that a column has one page and the reader nothing to put together.
        pageSize: 0,
      });
      const bytes = take();
      hashes.push(createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    },
    footer(metadata) {
      // Of a file without rows nothing was written yet but its first four bytes.
      const beginning = take();
      parquet.kvMetadata = Object.entries({ ...metadata, [rowGroupHashes]: hashes.join(",") }).map(
        ([key, value]) => ({ key, value }),
      );
      void parquet.finish();
      const footer = take();
      return Buffer.concat([beginning, createHash("sha256").update(footer).digest(), footer]);
    },
  };
}

/** Doubles never go to a dictionary, to which −0 and 0 are the same. */
function encodingOf(type: Column["type"], encoding: Encoding | undefined): { encoding?: Encoding } {
  if (encoding !== undefined) return { encoding };
  return type === "double" ? { encoding: "PLAIN" } : {};
}
