import type { ArchiveFile, FileState } from "../model/archive-file.js";
import {
  type ArchivedColumn,
  type ArchivedTable,
  type Cell,
  cellOf,
  columnOf,
  idOf,
} from "../model/archived-table.js";
import type { Partition } from "../model/partition.js";
import { isoTime } from "./iso-time.js";

/** A row of `archive_file` as the driver returns it. */
export interface FileRow {
  readonly archive_file_id: number | string;
  readonly object_key: string;
  readonly partition_hour: string;
  readonly state: string;
  readonly after_id: number | string;
  readonly through_id: number | string;
  readonly row_count: number;
  readonly byte_count: number | string | null;
  readonly digest: string | null;
  readonly run_id: string;
}

export const fileColumns = [
  "archive_file_id",
  "object_key",
  "partition_hour",
  "state",
  "after_id",
  "through_id",
  "row_count",
  "byte_count",
  "digest",
  "run_id",
] as const satisfies readonly (keyof FileRow)[];

export function toFile(row: FileRow): ArchiveFile {
  return {
    fileId: Number(row.archive_file_id),
    key: row.object_key,
    partition: row.partition_hour as Partition,
    state: row.state as FileState,
    range: { after: Number(row.after_id), through: Number(row.through_id) },
    rows: row.row_count,
    bytes: row.byte_count === null ? null : Number(row.byte_count),
    digest: row.digest,
    runId: row.run_id,
  };
}

/** A new row of `quarantined_row`. */
export interface QuarantinedRow {
  /** The id of the row in its table. */
  readonly rowId: number;
  /** Key and values, so that the same row is recorded once. */
  readonly naturalKey: string;
  /** The values of all columns by name; times as ISO 8601 text. */
  readonly content: Readonly<Record<string, Cell>>;
}

/**
 * A conflicting row as it is kept: all columns by name, times as ISO 8601. As JSON its numbers are exact: JavaScript writes a
 * double so that it is parsed to the same bits. The natural key of a reading is its `conflictKey`.
 */
export function toQuarantinedRow(table: ArchivedTable, row: object): QuarantinedRow {
  const key = [...table.key, ...table.values].map((field) => {
    const cell = toSql(table.columns[columnOf(table, field)], cellOf(row, field)) ?? "-";
    return typeof cell === "number" ? JSON.stringify(cell) : cell;
  });
  return {
    rowId: idOf(table, row),
    naturalKey: key.join(" "),
    content: Object.fromEntries(
      table.columns.map((column) => [column.name, toSql(column, cellOf(row, column.field))]),
    ),
  };
}

/** The form of a value in parameters: times as text. */
export function toSql(column: ArchivedColumn | undefined, cell: Cell): Cell {
  return column?.type === "timestamp" && typeof cell === "number" ? isoTime(cell) : cell;
}
