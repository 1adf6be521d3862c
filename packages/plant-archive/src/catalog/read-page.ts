import type { Dialect } from "@lmnh/plant-schema";
import type { Statement } from "@lmnh/plant-schema/internal/sql";
import type { ArchivedTable } from "../model/archived-table.js";
import type { TablePage } from "../model/table-page.js";
import { type PackedRow, packedStatement, unpack } from "./packed-page.js";
import { type DriverRow, pageOfRows } from "./row-page.js";

export type Execute = <Row>(statement: Statement) => Promise<readonly Row[]>;

/**
 * The rows of a statement that returns all columns of the table.
 *
 * @param order the fields, numbers, in whose order it returns them
 */
export function readPage<Row>(
  execute: Execute,
  dialect: Dialect,
  table: ArchivedTable,
  order: readonly string[],
  statement: Statement,
): Promise<TablePage<Row>> {
  return readers[dialect]<Row>(execute, table, order, statement);
}

type Reader = <Row>(
  execute: Execute,
  table: ArchivedTable,
  order: readonly string[],
  statement: Statement,
) => Promise<TablePage<Row>>;

const readers: Readonly<Record<Dialect, Reader>> = {
  sqlite: readPacked,
  mssql: (execute, table, _order, statement) => readRows(execute, table, statement),
};

/** Reads a page as one row. One that cannot be packed exactly is read row by row. */
export async function readPacked<Row>(
  execute: Execute,
  table: ArchivedTable,
  order: readonly string[],
  statement: Statement,
): Promise<TablePage<Row>> {
  const [packed] = await execute<PackedRow>(packedStatement(table, statement)).catch((error: unknown) => {
    if (/BLOB/.test(String(error))) return [];
    throw error;
  });
  const page = packed === undefined ? null : unpack<Row>(table, order, packed);
  return page ?? (await readRows<Row>(execute, table, statement));
}

async function readRows<Row>(
  execute: Execute,
  table: ArchivedTable,
  statement: Statement,
): Promise<TablePage<Row>> {
  return pageOfRows<Row>(table, await execute<DriverRow>(statement));
}
