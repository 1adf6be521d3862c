import { type ColumnMetaData, type DecodedArray, parquetRead, type SchemaElement } from "hyparquet";
import type { ColumnValues } from "../model/table-page.js";
import { checkPages } from "./check-pages.js";
import { InvalidFileError } from "./file-layout.js";
import { maxDecodedBytes } from "./limits.js";
import type { ColumnChunk, RowGroupPlace } from "./parse-footer.js";
import type { Column, ColumnType } from "./schema.js";

/**
 * Decodes a row group whose hash was verified. A `date` is the days since the epoch.
 *
 * @returns the values of each column, in the order of the columns
 * @throws InvalidFileError if the bytes do not match the footer
 */
export async function decodeRowGroup(
  bytes: Uint8Array,
  columns: readonly Column[],
  { rows, chunks }: Pick<RowGroupPlace, "rows" | "chunks">,
): Promise<ColumnValues[]> {
  const decompressed = columns.reduce((sum, { nullable = false }, index) => {
    const chunk = chunks[index];
    return chunk === undefined ? sum : sum + checkPages(bytes, chunk, rows, nullable);
  }, 0);
  if (decompressed > maxDecodedBytes)
    throw new InvalidFileError(`has ${decompressed} bytes, above ${maxDecodedBytes}, in a row group`);
  const values = new Map<string, DecodedArray>();
  await parquetRead({
    file: {
      byteLength: shift + bytes.byteLength,
      slice: (from, to = shift + bytes.byteLength) =>
        bytes.slice(from - shift, to - shift).buffer as ArrayBuffer,
    },
    metadata: {
      version: 2,
      metadata_length: 0,
      num_rows: BigInt(rows),
      schema: [
        { name: "schema", num_children: columns.length },
        ...columns.map((column, index) => toReadElement(column, chunks[index]?.hasDictionary ?? false)),
      ],
      row_groups: [
        {
          num_rows: BigInt(rows),
          total_byte_size: BigInt(bytes.byteLength),
          columns: columns.flatMap((column, index) => {
            const chunk = chunks[index];
            return chunk === undefined
              ? []
              : [{ file_offset: 0n, meta_data: toReadChunk(column, chunk, rows) }];
          }),
        },
      ],
    },
    parsers: { timestampFromMilliseconds: Number, stringFromBytes: (text) => utf8.decode(text) },
    onChunk: ({ columnName, columnData }) => values.set(columnName, columnData),
  });
  return columns.map((column) => {
    const decoded = values.get(column.name);
    if (decoded?.length !== rows)
      throw new InvalidFileError(`does not have ${rows} values of ${column.name} in a row group`);
    return column.type === "string" ? packTexts(column, decoded) : packNumbers(column, decoded);
  });
}

/** hyparquet treats an offset of 0, that of the first byte of a row group, as missing. */
const shift = 1;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const physicalTypes = {
  int64: "INT64",
  timestamp: "INT64",
  int32: "INT32",
  date: "INT32",
  double: "DOUBLE",
  string: "BYTE_ARRAY",
} as const satisfies Record<ColumnType, string>;

/**
 * The type that hyparquet is given for a column. By default it returns a Date for each timestamp and a bigint for each
 * INT64. As milliseconds that `Number` parses, a dictionary costs one conversion per distinct value, and a column without
 * one is a BigInt64Array, which `toNumbers` converts without bigints.
 */
function toReadElement({ name, type, nullable = false }: Column, hasDictionary: boolean): SchemaElement {
  const physical = physicalTypes[type];
  const element: SchemaElement = {
    name,
    repetition_type: nullable ? "OPTIONAL" : "REQUIRED",
    type: physical,
  };
  if (type === "string") return { ...element, converted_type: "UTF8" };
  return physical === "INT64" && (nullable || hasDictionary)
    ? { ...element, converted_type: "TIMESTAMP_MILLIS" }
    : element;
}

function toReadChunk({ name, type }: Column, chunk: ColumnChunk, rows: number): ColumnMetaData {
  const bytes = BigInt(chunk.end - chunk.start);
  return {
    type: physicalTypes[type],
    encodings: [],
    path_in_schema: [name],
    codec: "SNAPPY",
    num_values: BigInt(rows),
    total_uncompressed_size: bytes,
    total_compressed_size: bytes,
    data_page_offset: BigInt(shift + chunk.dataPage),
    ...(chunk.hasDictionary && { dictionary_page_offset: BigInt(shift + chunk.start) }),
  };
}

function packNumbers({ name, type, nullable = false }: Column, values: DecodedArray): ColumnValues {
  const numbers = values instanceof BigInt64Array ? toNumbers(values) : new Float64Array(values.length);
  let nulls: Uint8Array | undefined;
  if (!(values instanceof BigInt64Array))
    for (let index = 0; index < numbers.length; index++) {
      const value: unknown = values[index];
      if (typeof value === "number") numbers[index] = value;
      else if (nullable && value === null) {
        nulls ??= new Uint8Array(numbers.length);
        nulls[index] = 1;
      } else throw new InvalidFileError(`has a value of ${name} that is not ${type}`);
    }
  // Above 2^53 − 1 doubles are not exact, and the archive writes no such values.
  if (type !== "double" && !numbers.every(Number.isSafeInteger))
    throw new InvalidFileError(`has a value of ${name} that is too large`);
  return nulls === undefined ? { numbers } : { numbers, nulls };
}

/** Exact for integers of up to 53 bits. */
function toNumbers(values: BigInt64Array): Float64Array {
  const words = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < numbers.length; index++)
    numbers[index] = words.getInt32(index * 8 + 4, true) * 0x1_0000_0000 + words.getUint32(index * 8, true);
  return numbers;
}

function packTexts({ name, nullable = false }: Column, values: DecodedArray): ColumnValues {
  const known = new Map<string | null, number>();
  const indexes = new Uint32Array(values.length);
  let last: unknown;
  for (let index = 0; index < indexes.length; index++) {
    const value: unknown = values[index];
    // Usually the same as in the previous row.
    if (index > 0 && value === last) {
      indexes[index] = indexes[index - 1] ?? 0;
      continue;
    }
    last = value;
    if (typeof value !== "string" && !(nullable && value === null))
      throw new InvalidFileError(`has a value of ${name} that is not a string`);
    const found = known.get(value) ?? known.size;
    known.set(value, found);
    indexes[index] = found;
  }
  return { texts: [...known.keys()], indexes };
}
