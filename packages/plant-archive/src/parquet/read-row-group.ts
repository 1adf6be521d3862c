import { createHash } from "node:crypto";
import { invalidObject } from "./byte-source.js";
import type { PackedValues } from "./decode-row-group.js";
import { decodeInThread } from "./decoding-thread.js";
import { decodingLimitMs, maxRowGroupBytes } from "./limits.js";
import { asInvalidObject, checkMagic, type OpenFile, read } from "./parquet-reader.js";
import type { RowGroupPlace } from "./parse-footer.js";

/**
 * The values of a row group by column, in one read: numbers, strings and `null`; a `date` is the days since the epoch.
 * Throws `OBJECT_INVALID` before a damaged page is decoded.
 */
export async function readRowGroup(
  { source, columns }: OpenFile,
  { start, end, rows, sha256, chunks }: RowGroupPlace,
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  if (end - start > maxRowGroupBytes)
    throw invalidObject(source.key, `claims ${end - start} bytes for a row group, above ${maxRowGroupBytes}`);
  const bytes = await read(source, start, end);
  const place = ` between the bytes ${start} and ${end}`;
  if (createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw invalidObject(source.key, `is damaged${place}`);
  if (start === 0) checkMagic(source, bytes);
  try {
    const packed = await decodeInThread("rowGroup", [bytes, columns, { rows, chunks }], {
      limitMs: decodingLimitMs(rows, bytes.byteLength),
      signal: source.signal,
    });
    return new Map(packed.map((values, index) => [columns[index]?.name ?? "", unpack(values)]));
  } catch (error) {
    throw asInvalidObject(source, error, place);
  }
}

function unpack(values: PackedValues): ArrayLike<unknown> {
  if ("numbers" in values) {
    const { numbers, nulls } = values;
    return nulls === undefined
      ? numbers
      : Array.from(numbers, (number, index) => (nulls[index] === 1 ? null : number));
  }
  const { texts, indexes } = values;
  return Array.from(indexes, (index) => texts[index]);
}
