import type { Statement } from "@lmnh/plant-schema/internal/sql";
import { type ArchivedColumn, type ArchivedTable, columnOf } from "../model/archived-table.js";
import { type ColumnValues, type NumberValues, TablePage, textValues } from "../model/table-page.js";
import type { ColumnType } from "../parquet/schema.js";
import { isoTimeLength, parseIsoTime } from "./iso-time.js";

/** The columns of the rows of a statement, packed as texts, and `inexact`: 0 if unpacking returns their values exactly. */
export type PackedRow = Readonly<Record<string, string>> & {
  /** `null` without rows. */
  readonly inexact: number | null;
};

/**
 * A statement that returns the rows of another one as one row: the driver of SQLite takes longer to return a row than
 * SQLite takes to read it. Each column is a JSON array.
 */
export function packedStatement(
  { columns }: Pick<ArchivedTable, "columns">,
  { sql, parameters }: Statement,
): Statement {
  const selected = columns.map((column) => `${packed(column)} AS ${column.name}`);
  const inexact = columns.flatMap((column) => inexactBy[column.type]?.(column) ?? []);
  return {
    sql: `SELECT ${selected.join(", ")}, sum(${inexact.join(" OR ") || 0}) AS inexact FROM (${sql})`,
    parameters,
  };
}

function packed({ name, type }: ArchivedColumn): string {
  return `json_group_array(${type === "double" ? packedDouble(name) : name})`;
}

/** The condition of a value that does not become the same one again. */
const inexactBy: Partial<Record<ColumnType, (column: ArchivedColumn) => string>> = {
  double: ({ name }) =>
    `typeof(${name}) <> 'real' OR ${byUnit(name, (scaled) => `CAST(${scaled} AS INTEGER) <> ${scaled}`)}`,
};

/**
 * SQLite's decimal numbers are not always exact, integers are. A double from 1 to 2^11 is a multiple of 2^-52, one from
 * 2^-10 to 1 of 2^-62. The smaller ones are packed as text, to distinguish them.
 */
const [unit, smallUnit] = [2 ** -52, 2 ** -62];

const byUnit = (column: string, small: (scaled: string) => string, other = small) =>
  `iif(abs(${column}) < 1, ${small(`${column} * ${(1 / smallUnit).toFixed(1)}`)}, ${other(`${column} * ${(1 / unit).toFixed(1)}`)})`;
const packedDouble = (column: string) =>
  byUnit(
    column,
    (scaled) => `CAST(CAST(${scaled} AS INTEGER) AS TEXT)`,
    (scaled) => `CAST(${scaled} AS INTEGER)`,
  );

/**
 * The page of a packed row. `null` if a value is not of its type, and if the rows are not in order: SQLite keeps the order
 * of a subquery, but does not promise it.
 *
 * @param order the fields, numbers, that increase from row to row
 */
export function unpack<Row>(
  table: ArchivedTable,
  order: readonly string[],
  row: PackedRow,
): TablePage<Row> | null {
  if (row.inexact !== 0) return row.inexact === null ? TablePage.of<Row>(table, []) : null;
  const ids = JSON.parse(row[table.columns[columnOf(table, table.id)]?.name ?? ""] ?? "[]") as unknown[];
  const columns: ColumnValues[] = [];
  for (const { name, type, nullable = false } of table.columns) {
    const values = unpackColumn[type](row[name] ?? "", ids.length, nullable);
    if (values === null) return null;
    columns.push(values);
  }
  const page = new TablePage<Row>(table, ids.length, columns);
  const keys = order.map((field) => columns[columnOf(table, field)]);
  return isOrdered(keys as NumberValues[], ids.length) ? page : null;
}

const quote = '"'.charCodeAt(0);

const isInt32 = (value: unknown) => value === (Number(value) | 0);

type Unpack = (text: string, rows: number, nullable: boolean) => ColumnValues | null;

const unpackColumn: Readonly<Record<ColumnType, Unpack>> = {
  int64: (text, rows, nullable) => unpackIntegers(text, rows, nullable, Number.isSafeInteger),
  int32: (text, rows, nullable) => unpackIntegers(text, rows, nullable, isInt32),
  double(text, rows) {
    const parsed = JSON.parse(text) as readonly (number | string)[];
    const numbers = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = parsed[row];
      numbers[row] = typeof value === "string" ? Number(value) * smallUnit : Number(value) * unit;
    }
    return { numbers };
  },
  string: (text) => textValues(JSON.parse(text) as readonly (string | null)[]),
  // Not parsed as JSON: a text with an escape is no time, so each time is as long as the others.
  timestamp(text, rows, nullable) {
    const numbers = new Float64Array(rows);
    let nulls: Uint8Array | undefined;
    let at = 1;
    for (let row = 0; row < rows; row++) {
      if (text.charCodeAt(at) === quote) {
        const ms = parseIsoTime(text, at + 1);
        at += isoTimeLength + 2;
        if (ms === null || text.charCodeAt(at - 1) !== quote) return null;
        numbers[row] = ms;
      } else if (nullable && text.startsWith("null", at)) {
        at += "null".length;
        nulls ??= new Uint8Array(rows);
        nulls[row] = 1;
      } else return null;
      at++;
    }
    return { numbers, nulls };
  },
  date: () => null,
};

function unpackIntegers(
  text: string,
  rows: number,
  nullable: boolean,
  isValid: (value: unknown) => boolean,
): NumberValues | null {
  const parsed = JSON.parse(text) as readonly unknown[];
  const numbers = new Float64Array(rows);
  let nulls: Uint8Array | undefined;
  for (let row = 0; row < rows; row++) {
    const value = parsed[row];
    if (isValid(value)) numbers[row] = value as number;
    else if (nullable && value === null) {
      nulls ??= new Uint8Array(rows);
      nulls[row] = 1;
    } else return null;
  }
  return { numbers, nulls };
}

function isOrdered(keys: readonly NumberValues[], rows: number): boolean {
  for (let row = 1; row < rows; row++) {
    let order = 0;
    for (let index = 0; order === 0 && index < keys.length; index++)
      order = (keys[index]?.numbers[row] ?? 0) - (keys[index]?.numbers[row - 1] ?? 0);
    if (!(order > 0)) return false;
  }
  return true;
}
