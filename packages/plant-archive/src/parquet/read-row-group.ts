import { createHash } from "node:crypto";
import { type DecodedArray, parquetRead, type RowGroup, type SchemaElement } from "hyparquet";
import { invalidObject } from "./byte-source.js";
import type { Column } from "./columns.js";
import { type OpenFile, type RowGroupPlace, read } from "./open-file.js";

/**
 * The values of a row group by the names of their columns, in one read: numbers, strings and `null`, a `date` as its day
 * since the epoch. Damage throws `OBJECT_INVALID` before a page is opened.
 */
export async function readRowGroup(
  file: OpenFile,
  { start, end, rows, sha256, described }: RowGroupPlace,
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  const { source, columns, footer } = file;
  const bytes = await read(source, start, end);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw invalidObject(source.key, `is damaged between the bytes ${start} and ${end}`);
  const values = new Map<string, ArrayLike<unknown>>();
  try {
    await parquetRead({
      file: {
        byteLength: source.byteLength,
        // A copy, because a Buffer's own slice is not one.
        slice: (from, to) => new Uint8Array(bytes.subarray(from - start, (to ?? end) - start)).buffer,
      },
      metadata: { ...footer, schema: toReadSchema(columns, described), row_groups: [described] },
      parsers: { timestampFromMilliseconds: Number, stringFromBytes: (text) => utf8.decode(text) },
      onChunk: ({ columnName, columnData }) => values.set(columnName, toNumbers(columnData)),
    });
  } catch (cause) {
    throw invalidObject(source.key, `cannot be decoded between the bytes ${start} and ${end}`, cause);
  }
  for (const { name } of columns)
    if (values.get(name)?.length !== rows)
      throw invalidObject(source.key, `does not have ${rows} values of ${name} in a row group`);
  return values;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * What hyparquet is to take the columns for. It would make a Date of each timestamp and leave each INT64 a bigint; as
 * milliseconds that `Number` parses, a dictionary costs one conversion a distinct value, and what has no dictionary comes
 * as one BigInt64Array, which `toNumbers` reads without making bigints.
 */
function toReadSchema(columns: readonly Column[], { columns: chunks }: RowGroup): SchemaElement[] {
  const elements = columns.map(({ name, type, nullable = false }, index): SchemaElement => {
    const element: SchemaElement = { name, repetition_type: nullable ? "OPTIONAL" : "REQUIRED" };
    if (type === "double") return { ...element, type: "DOUBLE" };
    if (type === "string") return { ...element, type: "BYTE_ARRAY", converted_type: "UTF8" };
    if (type === "int32" || type === "date") return { ...element, type: "INT32" };
    const inDictionary = chunks[index]?.meta_data?.encodings.includes("RLE_DICTIONARY") === true;
    return nullable || inDictionary
      ? { ...element, type: "INT64", converted_type: "TIMESTAMP_MILLIS" }
      : { ...element, type: "INT64" };
  });
  return [{ name: "schema", num_children: columns.length }, ...elements];
}

/** Exact for whole numbers of up to 53 bits, of which an INT64 that this archive wrote has no more. */
function toNumbers(values: DecodedArray): ArrayLike<unknown> {
  if (!(values instanceof BigInt64Array)) return values;
  const words = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < numbers.length; index++)
    numbers[index] = words.getInt32(index * 8 + 4, true) * 0x1_0000_0000 + words.getUint32(index * 8, true);
  return numbers;
}
