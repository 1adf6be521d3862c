import type { DecodedArray } from "hyparquet";
import { PlantArchiveError } from "../errors.js";
import { type ArchivedColumn, type ArchivedTable, columnOf, rowsOf } from "../model/archived-table.js";
import { type RowsDigest, startDigest } from "../model/page-digest.js";
import type { Partition } from "../model/partition.js";
import { type ColumnValues, cellAt, sortedPage, type TablePage } from "../model/table-page.js";
import { schemaVersion } from "./file-layout.js";
import { maxRowsPerGroup, maxTextLength } from "./limits.js";
import { manifestKeys } from "./manifest-keys.js";
import { startFile } from "./parquet-writer.js";

export interface EncodedPages {
  /** The file, encoded while it is read, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The digest of the rows. Complete once `bytes` has begun or thrown `READINGS_CHANGED`. */
  sum(): RowsDigest;
}

export interface EncodeOptions {
  readonly partition: Partition;
  readonly runId: string;
  readonly rows: number;
}

/**
 * Encodes rows as a Parquet file, in the order of the table's key, one row group at a time. If there are not `rows` rows, or
 * none, `bytes` throws `READINGS_CHANGED`.
 */
export function encodePages(
  table: ArchivedTable,
  pages: AsyncIterable<TablePage<unknown>>,
  options: EncodeOptions,
): EncodedPages {
  const digest = startDigest(table);

  async function* parts(): AsyncGenerator<Uint8Array, void, void> {
    const kept: TablePage<unknown>[] = [];
    for await (const page of pages) {
      digest.add(page);
      // More rows than expected are counted, and not kept: there may be any number of them.
      if (digest.sum().rows <= options.rows) kept.push(page);
    }
    const { rows, digest: hex } = digest.sum();
    if (rows !== options.rows || rows === 0) throw changed(table, options, rows);
    const all = sortedPage(table, kept);
    checkTexts(all);
    const file = startFile(table.columns);
    for (let start = 0; start < all.length; start += maxRowsPerGroup) {
      const { columns } = all.slice(start, start + maxRowsPerGroup);
      yield file.rowGroup(table.columns.map((column, index) => toDecodedArray(column, columns[index])));
    }
    yield file.footer({
      [manifestKeys.schemaVersion]: String(schemaVersion),
      [manifestKeys.partition]: options.partition,
      [manifestKeys.runId]: options.runId,
      [manifestKeys.rows]: String(rows),
      [manifestKeys.digest]: hex,
    });
  }

  return { bytes: parts(), sum: () => digest.sum() };
}

/** In the forms that the writer takes. */
function toDecodedArray({ type, encoding }: ArchivedColumn, values: ColumnValues | undefined): DecodedArray {
  if (values === undefined) return [];
  if ("texts" in values) return Array.from(values.indexes, (index) => values.texts[index] ?? null);
  if (type === "int64" && encoding === undefined)
    return Array.from(values.numbers, (number, row) => (values.nulls?.[row] === 1 ? null : BigInt(number)));
  if (values.nulls === undefined) return type === "double" ? values.numbers : Array.from(values.numbers);
  return Array.from(values.numbers, (number, row) => (values.nulls?.[row] === 1 ? null : number));
}

function checkTexts({ table, columns }: TablePage<unknown>): void {
  for (const [column, values] of columns.entries()) {
    if (!("texts" in values)) continue;
    const index = values.texts.findIndex((text) => (text?.length ?? 0) > maxTextLength);
    if (index < 0) continue;
    const id = cellAt(columns[columnOf(table, table.id)], values.indexes.indexOf(index));
    throw new PlantArchiveError(
      "READING_INVALID",
      "abort",
      `The row ${id} of ${table.name} cannot be archived: its ${table.columns[column]?.name} has ${values.texts[index]?.length} characters, above ${maxTextLength}. Correct the row.`,
    );
  }
}

function changed(table: ArchivedTable, { partition, rows }: EncodeOptions, found: number): PlantArchiveError {
  return new PlantArchiveError(
    "READINGS_CHANGED",
    "retry",
    `A file of ${partition} was to contain ${rows} ${rowsOf(table)} of which the database has ${found}. Nothing was stored; archive again.`,
  );
}
