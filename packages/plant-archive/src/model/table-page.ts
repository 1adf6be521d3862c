import { type ArchivedTable, type Cell, columnOf } from "./archived-table.js";

/** The values of a column, by row: numbers, also for times, or texts. */
export type ColumnValues = NumberValues | TextValues;

/** The values of a column of numbers or times, by row. */
export interface NumberValues {
  /** The value of each row; 0 where it is `null`. */
  readonly numbers: Float64Array;
  /** 1 for each value that is `null`. Absent if none is. */
  readonly nulls?: Uint8Array | undefined;
}

/** The values of a column of text, each distinct text once. */
export interface TextValues {
  /** The distinct texts of the column, in any order. */
  readonly texts: readonly (string | null)[];
  /** For each row, the position of its text in `texts`. */
  readonly indexes: Uint32Array;
}

/**
 * Rows of a table as columns: a reading takes some 70 bytes in place of the 200 of an object, and its values are hashed,
 * encoded and sent to another thread without one. Iterating makes the rows.
 */
export class TablePage<Row = Readonly<Record<string, Cell>>> implements Iterable<Row> {
  /** The table that the rows are of. */
  readonly table: ArchivedTable;
  /** Number of rows. */
  readonly length: number;
  /** The values of each column, in the order of the table's columns. */
  readonly columns: readonly ColumnValues[];

  /** Makes a page of columns, each with a value for every row; the columns are not copied. */
  constructor(table: ArchivedTable, length: number, columns: readonly ColumnValues[]) {
    this.table = table;
    this.length = length;
    this.columns = columns;
  }

  /** Makes a page of rows. A field that a row does not have is `null`. */
  static of<Row>(table: ArchivedTable, rows: readonly Row[]): TablePage<Row> {
    const columns = table.columns.map(({ field, type }) => {
      const cells = rows.map((row) => (row as Readonly<Record<string, Cell>>)[field] ?? null);
      return type === "string" ? textValues(cells as (string | null)[]) : numberValues(cells);
    });
    return new TablePage(table, rows.length, columns);
  }

  /** The rows in order, each made when it is requested. */
  *[Symbol.iterator](): Generator<Row, void, void> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  /** The row at a position, 0 to `length` − 1, as a new object. */
  at(row: number): Row {
    const cells: Record<string, Cell> = {};
    for (let column = 0; column < this.columns.length; column++) {
      const field = this.table.columns[column]?.field;
      if (field !== undefined) cells[field] = cellAt(this.columns[column], row);
    }
    return cells as Row;
  }

  /** The values of a numeric column; throws a TypeError for a column of text, and a RangeError for an unknown field. */
  numbers(field: string & keyof Row): NumberValues {
    const values = this.columns[columnOf(this.table, field)];
    if (values === undefined || "texts" in values) throw new TypeError(`${field} has no numbers`);
    return values;
  }

  /** The rows from `start`, inclusive, to `end`, exclusive. The columns share the memory of this page. */
  slice(start: number, end: number): TablePage<Row> {
    if (start === 0 && end >= this.length) return this;
    const columns = this.columns.map((values) =>
      "texts" in values
        ? { texts: values.texts, indexes: values.indexes.subarray(start, end) }
        : { numbers: values.numbers.subarray(start, end), nulls: values.nulls?.subarray(start, end) },
    );
    return new TablePage(this.table, Math.min(end, this.length) - start, columns);
  }
}

export function cellAt(values: ColumnValues | undefined, row: number): Cell {
  if (values === undefined) return null;
  if ("texts" in values) return values.texts[values.indexes[row] ?? 0] ?? null;
  return values.nulls?.[row] === 1 ? null : (values.numbers[row] ?? null);
}

function numberValues(cells: readonly Cell[]): NumberValues {
  const numbers = new Float64Array(cells.length);
  let nulls: Uint8Array | undefined;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell === "number") numbers[row] = cell;
    else {
      nulls ??= new Uint8Array(cells.length);
      nulls[row] = 1;
    }
  }
  return { numbers, nulls };
}

export function textValues(cells: readonly (string | null)[]): TextValues {
  const known = new Map<string | null, number>();
  const indexes = new Uint32Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? null;
    let index = known.get(cell);
    if (index === undefined) {
      index = known.size;
      known.set(cell, index);
    }
    indexes[row] = index;
  }
  return { texts: [...known.keys()], indexes };
}

/** All rows of pages as one page, in the order of the table's key. In memory are the rows up to three times. */
export function sortedPage<Row>(table: ArchivedTable, parts: readonly TablePage<Row>[]): TablePage<Row> {
  const length = parts.reduce((sum, page) => sum + page.length, 0);
  const all = new TablePage<Row>(
    table,
    length,
    table.columns.map(({ type }, column) => {
      const values = parts.map(({ columns }) => columns[column]);
      return type === "string"
        ? concatenateTexts(values as TextValues[], length)
        : concatenateNumbers(values as NumberValues[], length);
    }),
  );
  const order = orderByKey(all);
  return order === null
    ? all
    : new TablePage(
        table,
        length,
        all.columns.map((values) => take(values, order)),
      );
}

function concatenateNumbers(parts: readonly NumberValues[], length: number): NumberValues {
  const numbers = new Float64Array(length);
  const nulls = parts.some((part) => part.nulls !== undefined) ? new Uint8Array(length) : undefined;
  let at = 0;
  for (const part of parts) {
    numbers.set(part.numbers, at);
    if (part.nulls !== undefined) nulls?.set(part.nulls, at);
    at += part.numbers.length;
  }
  return { numbers, nulls };
}

function concatenateTexts(parts: readonly TextValues[], length: number): TextValues {
  const known = new Map<string | null, number>();
  const indexes = new Uint32Array(length);
  let at = 0;
  for (const { texts, indexes: own } of parts) {
    const renamed = texts.map((text) => {
      const index = known.get(text) ?? known.size;
      known.set(text, index);
      return index;
    });
    for (let row = 0; row < own.length; row++) indexes[at + row] = renamed[own[row] ?? 0] ?? 0;
    at += own.length;
  }
  return { texts: [...known.keys()], indexes };
}

/** The positions of the rows in the order of the key; `null` if they are in it. */
function orderByKey({ table, columns, length }: TablePage<unknown>): Uint32Array | null {
  const keys = table.key.map((field) => (columns[columnOf(table, field)] as NumberValues).numbers);
  const compare = (a: number, b: number) => {
    for (const key of keys) {
      const order = (key[a] ?? 0) - (key[b] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  };
  const order = new Uint32Array(length);
  let isOrdered = true;
  for (let row = 0; row < order.length; row++) {
    order[row] = row;
    if (isOrdered && row > 0 && compare(row - 1, row) > 0) isOrdered = false;
  }
  return isOrdered ? null : order.sort(compare);
}

function take(values: ColumnValues, order: Uint32Array): ColumnValues {
  if ("texts" in values) {
    const indexes = new Uint32Array(order.length);
    for (let row = 0; row < order.length; row++) indexes[row] = values.indexes[order[row] ?? 0] ?? 0;
    return { texts: values.texts, indexes };
  }
  const numbers = new Float64Array(order.length);
  for (let row = 0; row < order.length; row++) numbers[row] = values.numbers[order[row] ?? 0] ?? 0;
  const { nulls } = values;
  return {
    numbers,
    nulls: nulls === undefined ? undefined : Uint8Array.from(order, (row) => nulls[row] ?? 0),
  };
}
