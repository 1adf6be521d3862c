import { PlantArchiveError } from "../errors.js";
import type { Cell } from "../model/archived-table.js";
import { dayMs } from "../model/partition.js";
import { cellAt } from "../model/table-page.js";
import { type ByteSource, invalidObject } from "./byte-source.js";
import { maxRowsPerFile } from "./limits.js";
import { openFile } from "./parquet-reader.js";
import { startFile } from "./parquet-writer.js";
import { readRowGroup } from "./read-row-group.js";
import type { Column } from "./schema.js";

/** A table that fits in memory, with the metadata of its file. */
export interface Table {
  readonly columns: readonly Column[];
  /** Cells by column name; `string` and `date` cells are text, all others numbers. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Encodes a table, which may be empty; throws `OPTION_INVALID` for a cell that its column cannot contain. */
export function encodeTable({ columns, rows, metadata }: Table): Uint8Array {
  if (rows.length > maxRowsPerFile)
    throw new PlantArchiveError(
      "OPTION_INVALID",
      "abort",
      `A table has ${rows.length} rows, above ${maxRowsPerFile}.`,
    );
  const file = startFile(columns);
  const parts: Uint8Array[] = [];
  for (let start = 0; start < rows.length; start += rowsPerGroup) {
    const group = rows.slice(start, start + rowsPerGroup);
    parts.push(
      file.rowGroup(
        columns.map((column) => group.map((row, index) => toStored(column, row[column.name], start + index))),
      ),
    );
  }
  return Buffer.concat([...parts, file.footer(metadata)]);
}

/** Few enough for long texts: a group stays below `maxDecodedBytes`. */
const rowsPerGroup = 500;

/** Decodes a file of `encodeTable`; throws `OBJECT_INVALID` if it is damaged or another file. */
export async function decodeTable(source: ByteSource): Promise<Table> {
  const file = await openFile(source);
  const rows: Record<string, Cell>[] = [];
  for (const place of file.rowGroups) {
    const values = await readRowGroup(file, place);
    for (let row = 0; row < place.rows; row++)
      rows.push(
        Object.fromEntries(
          file.columns.map(({ name, type }, column) => {
            const value = cellAt(values[column], row);
            if (!isPossible(type, value))
              throw invalidObject(source.key, `has ${value} as a ${name}, which is not ${type}`);
            return [name, fromStored(type, value)];
          }),
        ),
      );
  }
  return { columns: file.columns, rows, metadata: Object.fromEntries(file.metadata) };
}

function toStored({ name, type, nullable }: Column, cell: Cell | undefined, index: number) {
  if (cell === null && nullable) return null;
  const stored = cell === null || cell === undefined ? undefined : storedCell[type](cell);
  if (stored === undefined)
    throw new PlantArchiveError(
      "OPTION_INVALID",
      "abort",
      `Row ${index + 1} of a table has ${JSON.stringify(cell)} as its ${name}, which is ${type}${nullable ? " or null" : ""}.`,
    );
  return stored;
}

type ToStored = (cell: number | string) => number | bigint | string | undefined;

/** The stored value of a cell by type; `undefined` for an invalid cell. */
const storedCell: Readonly<Record<Column["type"], ToStored>> = {
  int64: (cell) => (isInteger(cell) ? BigInt(cell) : undefined),
  int32: (cell) => (isInteger(cell) && cell === (cell | 0) ? cell : undefined),
  double: (cell) => (typeof cell === "number" ? cell : undefined),
  string: (cell) => (typeof cell === "string" && cell.isWellFormed() ? cell : undefined),
  timestamp: (cell) => (isInteger(cell) ? cell : undefined),
  date(cell) {
    const ms = typeof cell === "string" ? Date.parse(`${cell}T00:00:00Z`) : Number.NaN;
    return !Number.isNaN(ms) && dayOf(ms) === cell ? ms / dayMs : undefined;
  },
};

function isInteger(cell: number | string): cell is number {
  return Number.isSafeInteger(cell);
}

/** `false` outside the range of `Date`. */
function isPossible(type: Column["type"], value: Cell): boolean {
  if (typeof value !== "number" || (type !== "timestamp" && type !== "date")) return true;
  return Math.abs(type === "date" ? value * dayMs : value) <= 8.64e15;
}

function fromStored(type: Column["type"], value: Cell): Cell {
  return type === "date" && typeof value === "number" ? dayOf(value * dayMs) : value;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
