import { snappyUncompress } from "hyparquet";
import { checkDifferences, checkIndexes, checkRuns } from "./check-values.js";
import { maxDecodedBytes } from "./limits.js";
import { readThriftStruct, type ThriftStruct, type ThriftValue } from "./thrift.js";

/** The pages of one column in a row group: from `start` to `end`, counted from the beginning of the row group's bytes. */
export interface PlacedPages {
  readonly start: number;
  readonly end: number;
  readonly hasDictionary: boolean;
}

/**
 * Throws unless the column has the layout of the writer: a dictionary page if there is a dictionary, then one data page
 * (version 2) of `rows` values, which ends with the column. hyparquet trusts the sizes and counts of page headers and
 * encoded values: a missing one makes it loop for ever, a large one makes it allocate that much.
 *
 * @returns the decompressed length of the pages
 */
export function checkPages(
  bytes: Uint8Array,
  { start, end, hasDictionary }: PlacedPages,
  rows: number,
  isNullable: boolean,
): number {
  const pages = bytes.subarray(0, end);
  let at = start;
  let decompressed = 0;
  if (hasDictionary) {
    const { struct, end: headerEnd } = readThriftStruct(pages, at);
    const { compressed, uncompressed } = sizesOf(struct, pageTypes.dictionary, end - headerEnd);
    const header = structOf(struct.get(pageFields.dictionaryHeader));
    integer(header.get(dictionaryFields.values), 0, rows);
    oneOf(header.get(dictionaryFields.encoding), encodings.plain, encodings.plainDictionary);
    at = headerEnd + compressed;
    decompressed += uncompressed;
  }
  const { struct, end: headerEnd } = readThriftStruct(pages, at);
  const { compressed, uncompressed } = sizesOf(struct, pageTypes.dataV2, end - headerEnd);
  const header = structOf(struct.get(pageFields.dataHeaderV2));
  integer(header.get(dataFields.values), rows, rows);
  const nulls = integer(header.get(dataFields.nulls), 0, isNullable ? rows : 0);
  integer(header.get(dataFields.rows), rows, rows);
  const encoding = oneOf(
    header.get(dataFields.encoding),
    ...(hasDictionary ? [encodings.rleDictionary] : [encodings.plain, encodings.deltaBinaryPacked]),
  );
  const maxLevels = isNullable ? Math.min(compressed, uncompressed) : 0;
  const levels = integer(header.get(dataFields.definitionBytes), 0, maxLevels);
  integer(header.get(dataFields.repetitionBytes), 0, 0);
  if (header.get(dataFields.isCompressed) === false) throw new Error("a page is not compressed");
  if (headerEnd + compressed !== end) throw new Error("a column has bytes after its pages");
  const valuesStart = headerEnd + levels;
  if (isNullable) checkRuns(pages.subarray(headerEnd, valuesStart), 1, rows);
  if (encoding !== encodings.plain) {
    const values = new Uint8Array(uncompressed - levels);
    snappyUncompress(pages.subarray(valuesStart), values);
    (encoding === encodings.rleDictionary ? checkIndexes : checkDifferences)(values, rows - nulls);
  }
  return decompressed + uncompressed;
}

/** Snappy expands 3 bytes to at most 64. */
const maxExpansion = 22;

function sizesOf(
  header: ThriftStruct,
  type: number,
  available: number,
): { readonly compressed: number; readonly uncompressed: number } {
  integer(header.get(pageFields.type), type, type);
  const compressed = integer(header.get(pageFields.compressedBytes), 0, available);
  const limit = Math.min(compressed * maxExpansion, maxDecodedBytes);
  return { compressed, uncompressed: integer(header.get(pageFields.uncompressedBytes), 0, limit) };
}

function integer(value: ThriftValue | undefined, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new Error(`a page header has ${describe(value)} where ${min} to ${max} is possible`);
}

function oneOf(value: ThriftValue | undefined, ...possible: readonly number[]): number {
  if (typeof value === "number" && possible.includes(value)) return value;
  throw new Error(`a page has the encoding ${describe(value)}`);
}

function structOf(value: ThriftValue | undefined): ThriftStruct {
  if (value instanceof Map) return value;
  throw new Error("a page header lacks its details");
}

function describe(value: ThriftValue | undefined): string {
  return typeof value === "number" ? String(value) : "no number";
}

/** Numbers of `parquet.thrift`. */
const pageTypes = { dictionary: 2, dataV2: 3 } as const;
const pageFields = {
  type: 1,
  uncompressedBytes: 2,
  compressedBytes: 3,
  dictionaryHeader: 7,
  dataHeaderV2: 8,
} as const;
const dictionaryFields = { values: 1, encoding: 2 } as const;
const dataFields = {
  values: 1,
  nulls: 2,
  rows: 3,
  encoding: 4,
  definitionBytes: 5,
  repetitionBytes: 6,
  isCompressed: 7,
} as const;
const encodings = { plain: 0, plainDictionary: 2, deltaBinaryPacked: 5, rleDictionary: 8 } as const;
