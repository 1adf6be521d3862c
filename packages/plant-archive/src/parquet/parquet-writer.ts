import { createHash } from "node:crypto";
import type { DecodedArray, Encoding } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { rowGroupHashes } from "./file-layout.js";
import { type Column, toSchema } from "./schema.js";

/** A column with its encoding; by default a dictionary or plain, whichever is smaller. */
export interface StoredColumn extends Column {
  /** A Parquet encoding, such as `DELTA_BINARY_PACKED` for integers that grow from row to row. */
  readonly encoding?: Encoding | undefined;
}

/**
 * Encodes the parts of a Parquet file, which are concatenated in this order. `int64` values are bigints, or numbers if they
 * are stored as differences; `timestamp` and `date` values are milliseconds and days since the epoch.
 */
export interface FileWriter {
  /** One row group: the values of each column, in the order of the columns. */
  rowGroup(values: readonly DecodedArray[]): Uint8Array;
  /** The last part. */
  footer(metadata: Readonly<Record<string, string>>): Uint8Array;
}

/**
 * Starts a file whose damage is detected before its pages are decoded: the footer has the hash of each row group, of the
 * first one including the magic, and the 32 bytes before the footer are the hash of the rest of the file. Parquet's own
 * checksums cover neither page headers nor the footer, and a damaged page header can make a reader loop for ever.
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
      // Not awaited here and below: this writer does not flush.
      void parquet.write({
        columnData: columns.map(({ name, type, encoding }, index) => ({
          name,
          data: values[index] ?? [],
          ...encodingOf(type, encoding),
        })),
        rowGroupSize: Number.MAX_SAFE_INTEGER,
        // No limit: one page per column.
        pageSize: 0,
      });
      const bytes = take();
      hashes.push(createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    },
    footer(metadata) {
      // Without row groups these are the first four bytes of the file.
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

/** No dictionary for doubles: it would merge −0 and 0. */
function encodingOf(type: Column["type"], encoding: Encoding | undefined): { encoding?: Encoding } {
  if (encoding !== undefined) return { encoding };
  return type === "double" ? { encoding: "PLAIN" } : {};
}
