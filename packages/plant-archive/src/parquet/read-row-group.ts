import { createHash } from "node:crypto";
import type { ColumnValues } from "../model/table-page.js";
import { invalidObject } from "./byte-source.js";
import { decodeInThread } from "./decoding-thread.js";
import { decodingLimitMs, maxRowGroupBytes } from "./limits.js";
import { asInvalidObject, checkMagic, type OpenFile, read } from "./parquet-reader.js";
import type { RowGroupPlace } from "./parse-footer.js";

/**
 * The values of a row group, in one read and in the order of the columns; a `date` is the days since the epoch.
 * Throws `OBJECT_INVALID` before a damaged page is decoded.
 */
export async function readRowGroup(
  { source, columns }: OpenFile,
  { start, end, rows, sha256, chunks }: RowGroupPlace,
): Promise<readonly ColumnValues[]> {
  if (end - start > maxRowGroupBytes)
    throw invalidObject(source.key, `claims ${end - start} bytes for a row group, above ${maxRowGroupBytes}`);
  const bytes = await read(source, start, end);
  const place = ` between the bytes ${start} and ${end}`;
  if (createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw invalidObject(source.key, `is damaged${place}`);
  if (start === 0) checkMagic(source, bytes);
  try {
    return await decodeInThread("rowGroup", [bytes, columns, { rows, chunks }], {
      limitMs: decodingLimitMs(rows, bytes.byteLength),
      signal: source.signal,
    });
  } catch (error) {
    throw asInvalidObject(source, error, place);
  }
}
