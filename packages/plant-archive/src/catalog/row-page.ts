import { PlantArchiveError } from "../errors.js";
import { type ArchivedTable, type Cell, columnOf } from "../model/archived-table.js";
import { TablePage } from "../model/table-page.js";
import type { ColumnType } from "../parquet/schema.js";
import { isoTimeLength, parseIsoTime } from "./iso-time.js";

/** A row as the driver returns it, by the names of the columns. */
export type DriverRow = object;

/**
 * The page of rows, one by one.
 *
 * @throws PlantArchiveError `READING_INVALID` for a value that is not of the type of its column
 */
export function pageOfRows<Row>(table: ArchivedTable, rows: readonly DriverRow[]): TablePage<Row> {
  const idColumn = table.columns[columnOf(table, table.id)]?.name ?? "";
  const read = rows.map((row) => {
    const values = row as Readonly<Record<string, unknown>>;
    const cells: Record<string, Cell> = {};
    for (const { field, name, type, nullable = false } of table.columns) {
      const value = values[name];
      const cell = value === null && nullable ? null : cellOf[type](value);
      if (cell === undefined)
        throw new PlantArchiveError(
          "READING_INVALID",
          "abort",
          `The row ${String(values[idColumn])} of ${table.name} cannot be archived: its ${name} is ${JSON.stringify(value)} and not ${described[type]}. Correct the row.`,
        );
      cells[field] = cell;
    }
    return cells as Row;
  });
  return TablePage.of<Row>(table, read);
}

const described: Readonly<Record<ColumnType, string>> = {
  int64: "a whole number up to 2^53 − 1",
  int32: "a whole number up to 2^31 − 1",
  double: "a number",
  string: "a text",
  timestamp: "like 2026-01-02T03:04:05.678Z",
  date: "like 2026-01-02",
};

/** The cell of a driver's value; `undefined` if it is of another type. */
const cellOf: Readonly<Record<ColumnType, (value: unknown) => number | string | undefined>> = {
  // SQL Server's driver returns a BIGINT as text.
  int64(value) {
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : undefined;
  },
  int32: (value) => (typeof value === "number" && value === (value | 0) ? value : undefined),
  double: (value) => (typeof value === "number" ? value : undefined),
  string: (value) => (typeof value === "string" ? value : undefined),
  timestamp(value) {
    if (value instanceof Date) return value.getTime();
    return typeof value === "string" && value.length === isoTimeLength
      ? (parseIsoTime(value) ?? undefined)
      : undefined;
  },
  date: (value) => (typeof value === "string" ? value : undefined),
};
