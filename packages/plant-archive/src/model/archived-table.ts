import type { StoredColumn } from "../parquet/parquet-writer.js";

/** A table that is archived, as data: the core knows no other names of it. */
export interface ArchivedTable {
  /** The name of the table in SQL, and of the folder of its files. */
  readonly name: string;
  /** What a row is, in messages, such as `reading`; the plural is this and an s. */
  readonly rowNoun: string;
  /** The columns, in the order in which files have them. */
  readonly columns: readonly ArchivedColumn[];
  /** The field of the id: a safe integer, usually from 1, that grows with each insert and is not used again. */
  readonly id: string;
  /** The field of the time that decides in which hour's files a row is. */
  readonly instant: string;
  /** The index on `instant` that a claim is to use on SQL Server. By default the server chooses. */
  readonly timeIndex?: string | undefined;
  /** The fields, numbers, that identify a row whatever its id is; rows are read in their order. */
  readonly key: readonly string[];
  /** The fields whose values two rows with the same key may have in common: then the later one is a duplicate. */
  readonly values: readonly string[];
  /** The fields that the digest is made of, in this order: all but the id, which a restore may change. */
  readonly digested: readonly string[];
}

/** A column of an archived table: its name in files and SQL, and its field in rows. */
export interface ArchivedColumn extends StoredColumn {
  /** The name of the property of a row that has the value. */
  readonly field: string;
  /** On SQL Server, if it is not BIGINT, INT, FLOAT, DATETIME2(3) or NVARCHAR(1000), by the type. */
  readonly sqlServerType?: string | undefined;
}

/** The name of the column of a field. */
export function columnName(table: ArchivedTable, field: string): string {
  return table.columns[columnOf(table, field)]?.name ?? "";
}

/** The value of a field of a row. */
export function cellOf(row: object, field: string): Cell {
  return (row as Readonly<Record<string, Cell>>)[field] ?? null;
}

/** The id of a row. */
export function idOf({ id }: ArchivedTable, row: object): number {
  return Number(cellOf(row, id));
}

/** Identifies a row among those of its table. */
export function keyOf({ key }: ArchivedTable, row: object): string {
  return key.map((field) => cellOf(row, field)).join(" ");
}

/** Its rows, in messages. */
export function rowsOf({ rowNoun }: ArchivedTable): string {
  return `${rowNoun}s`;
}

/** A value of a row: a time is milliseconds since the epoch. */
export type Cell = number | string | null;

/** The position of a field among the columns. */
export function columnOf({ name, columns }: ArchivedTable, field: string): number {
  const position = columns.findIndex((column) => column.field === field);
  if (position < 0) throw new RangeError(`${name} has no field ${field}`);
  return position;
}
