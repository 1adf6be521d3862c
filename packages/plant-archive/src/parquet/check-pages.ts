import { readThriftStruct, type ThriftStruct, type ThriftValue } from "./thrift.js";

/** The pages of one column in a row group: from `start` to `end`, counted from the beginning of the row group's bytes. */
export interface PlacedPages {
  readonly start: number;
  readonly end: number;
  readonly hasDictionary: boolean;
}

/**
 * Throws unless the column is laid out as the writer does: a dictionary page where there is one, then exactly one data
 * page (version 2) of `rows` values, which ends with the column. hyparquet takes sizes and counts from page headers as
 * they are: one that is missing makes it loop for ever, a large one makes it allocate as much.
 */
export function checkPages(
  bytes: Uint8Array,
  { start, end, hasDictionary }: PlacedPages,
  rows: number,
): void {
  const pages = bytes.subarray(0, end);
  let at = start;
  if (hasDictionary) {
    const { struct, end: headerEnd } = readThriftStruct(pages, at);
    const { compressed } = sizesOf(struct, pageTypes.dictionary, end - headerEnd);
    const header = structOf(struct.get(pageFields.dictionaryHeader));
    integer(header.get(dictionaryFields.values), 0, rows);
    oneOf(header.get(dictionaryFields.encoding), encodings.plain, encodings.plainDictionary);
    at = headerEnd + compressed;
  }
  const { struct, end: headerEnd } = readThriftStruct(pages, at);
  const { compressed } = sizesOf(struct, pageTypes.dataV2, end - headerEnd);
  const header = structOf(struct.get(pageFields.dataHeaderV2));
  integer(header.get(dataFields.values), rows, rows);
  integer(header.get(dataFields.nulls), 0, rows);
  integer(header.get(dataFields.rows), rows, rows);
  oneOf(
    header.get(dataFields.encoding),
    ...(hasDictionary ? [encodings.rleDictionary] : [encodings.plain, encodings.deltaBinaryPacked]),
  );
  integer(header.get(dataFields.definitionBytes), 0, compressed);
  integer(header.get(dataFields.repetitionBytes), 0, 0);
  if (headerEnd + compressed !== end) throw new Error("a column has more than its pages");
}

/** Snappy's densest element makes 64 bytes of 3. */
const maxExpansion = 22;

function sizesOf(header: ThriftStruct, type: number, available: number): { readonly compressed: number } {
  integer(header.get(pageFields.type), type, type);
  const compressed = integer(header.get(pageFields.compressedBytes), 0, available);
  integer(header.get(pageFields.uncompressedBytes), 0, compressed * maxExpansion);
  return { compressed };
}

function integer(value: ThriftValue | undefined, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new Error(`a page header has ${describe(value)} where ${min} to ${max} is possible`);
}

function oneOf(value: ThriftValue | undefined, ...possible: readonly number[]): void {
  if (typeof value !== "number" || !possible.includes(value))
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
} as const;
const encodings = { plain: 0, plainDictionary: 2, deltaBinaryPacked: 5, rleDictionary: 8 } as const;
