import { type ArchivedTable, columnOf } from "./archived-table.js";
import { addMurmur128 } from "./murmur3-128.js";
import type { NumberValues, TablePage, TextValues } from "./table-page.js";

/** The number of rows and their digest, 32 hex digits. */
export interface RowsDigest {
  /** Number of rows; two equal rows count twice. */
  readonly rows: number;
  /** Sum of the hashes of the rows, in lower-case hex. */
  readonly digest: string;
}

/** Digests all rows of all pages. */
export async function digestOf(
  table: ArchivedTable,
  pages: AsyncIterable<TablePage<unknown>>,
): Promise<RowsDigest> {
  const digest = startDigest(table);
  for await (const page of pages) digest.add(page);
  return digest.sum();
}

/** A digest of rows, which does not depend on their order. Two equal rows count twice. */
export interface PageDigest {
  /** Adds the rows of a page, whose table must have the columns of the digest's table. */
  add(page: TablePage<unknown>): void;
  /** The number and digest of the rows that were added so far. More rows may be added afterwards. */
  sum(): RowsDigest;
}

/**
 * Starts a digest of every digested value of every row, as it is in a manifest. A catalog computes it from its own rows, to
 * compare them with those of a file.
 *
 * It is the sum of a 128-bit hash of each row. The hash is not cryptographic: it detects damage and defects, not changes by
 * people who can write to the archive, who could write a digest as well. A SHA-256 of each row would take seven times as
 * long.
 *
 * @example
 * ```ts
 * const digest = startDigest(readingTable);
 * for await (const page of catalog.rows(file)) digest.add(page);
 * const { rows, digest: sum } = digest.sum();
 * const isSame = rows === file.rows && sum === file.digest;
 * ```
 */
export function startDigest(table: ArchivedTable): PageDigest {
  const layout = layoutOf(table);
  const sums = new DataView(new ArrayBuffer(16));
  let message = new DataView(new ArrayBuffer(256));
  let rows = 0;
  return {
    add(page) {
      rows += page.length;
      const needed = messageBytes(layout, page);
      if (needed > message.byteLength) message = new DataView(new ArrayBuffer(needed));
      addPage(layout, page, message, sums);
    },
    sum: () => ({
      rows,
      digest: [0, 4, 8, 12].map((at) => sums.getUint32(at).toString(16).padStart(8, "0")).join(""),
    }),
  };
}

/** Where the values of a row are in its message. */
interface Layout {
  readonly numbers: readonly { readonly column: number; readonly isInteger: boolean }[];
  readonly texts: readonly number[];
  /** Columns by the bit that says that the value is not `null`. */
  readonly nullable: readonly number[];
  /** Bytes of numbers, bits and lengths, before the texts. */
  readonly head: number;
}

function layoutOf(table: ArchivedTable): Layout {
  const digested = table.digested.map((field) => columnOf(table, field));
  const typeOf = (column: number) => table.columns[column]?.type;
  const texts = digested.filter((column) => typeOf(column) === "string");
  const numbers = digested
    .filter((column) => typeOf(column) !== "string")
    .map((column) => ({ column, isInteger: typeOf(column) !== "double" }));
  const nullable = digested.filter((column) => table.columns[column]?.nullable);
  return { numbers, texts, nullable, head: numbers.length * 8 + 4 + texts.length * 4 };
}

const blockBytes = 16;

/** Of the longest message. */
function messageBytes({ texts, head }: Layout, { columns }: TablePage<unknown>): number {
  const longest = texts.map((column) =>
    (columns[column] as TextValues).texts.reduce((most, text) => Math.max(most, text?.length ?? 0), 0),
  );
  return head + 2 * longest.reduce((sum, length) => sum + length, 0) + blockBytes;
}

/**
 * Adds the hash of each row. Every number has a fixed offset, and the texts, in UTF-16, come last, after their lengths: no
 * two rows have the same message. Integers are written as doubles, exactly; `+ 0` turns −0 into 0, which are equal as
 * integers.
 */
function addPage(layout: Layout, page: TablePage<unknown>, message: DataView, sums: DataView): void {
  const numbers = layout.numbers.map(({ column }) => (page.columns[column] as NumberValues).numbers);
  const areIntegers = layout.numbers.map(({ isInteger }) => isInteger);
  const texts = layout.texts.map((column) => page.columns[column] as TextValues);
  const nullable = layout.nullable.map((column) => page.columns[column]);
  const bitsAt = numbers.length * 8;
  for (let row = 0; row < page.length; row++) {
    for (let index = 0; index < numbers.length; index++) {
      const value = numbers[index]?.[row] ?? 0;
      message.setFloat64(index * 8, areIntegers[index] ? value + 0 : value, true);
    }
    let bits = 0;
    for (let index = 0; index < nullable.length; index++) {
      const values = nullable[index];
      if (values === undefined) continue;
      const isNull =
        "texts" in values
          ? values.texts[values.indexes[row] ?? 0] === null
          : values.nulls !== undefined && values.nulls[row] === 1;
      if (!isNull) bits |= 1 << index;
    }
    message.setUint32(bitsAt, bits, true);
    let end = layout.head;
    for (let index = 0; index < texts.length; index++) {
      const values = texts[index];
      const text = values?.texts[values.indexes[row] ?? 0] ?? "";
      message.setUint32(bitsAt + 4 + index * 4, text.length, true);
      for (let at = 0; at < text.length; at++, end += 2) message.setUint16(end, text.charCodeAt(at), true);
    }
    for (; end % blockBytes !== 0; end += 2) message.setUint16(end, 0, true);
    addMurmur128(message, end, sums);
  }
}
