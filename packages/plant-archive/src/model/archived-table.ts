import type { StoredColumn } from "../parquet/parquet-writer.js";

/** A table that is archived, as data. Everything else that knows it by name is made of this. */
export interface ArchivedTable<Row> {
  /** In SQL and in messages. */
  readonly name: string;
  /** In the order of the columns in files. */
  readonly columns: readonly ArchivedColumn<Row>[];
  /** The column with the id of a row: an integer from 1 to 2^53 − 1 that grows with each insert and is not used again. */
  readonly id: keyof Row;
  /** The column with the time that decides in which hour's files a row is. */
  readonly instant: keyof Row;
  /** The columns that identify a row whatever its id is, in the order in which rows are read. */
  readonly key: readonly (keyof Row)[];
  /** The columns that the digest is made of, in this order: all but the id, which a restore may change. */
  readonly digested: readonly (keyof Row)[];
}

export interface ArchivedColumn<Row> extends StoredColumn {
  /** The property of a row. */
  readonly field: keyof Row;
}

/** A value: instants in milliseconds since the epoch. */
export type Cell = number | string | null;

/** The position of a field among the columns. */
export function columnOf<Row>({ columns }: ArchivedTable<Row>, field: keyof Row): number {
  return columns.findIndex((column) => column.field === field);
}
