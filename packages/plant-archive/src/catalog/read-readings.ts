import type { Dialect, Statement } from "@lmnh/plant-schema";
import type { ArchivedReading } from "../model/archived-reading.js";
import { type ReadingPage, readingTable } from "../model/reading-table.js";
import { type PackedRow, packedStatement, unpack } from "./packed-page.js";
import { type DriverRow, pageOfRows } from "./row-page.js";

/** The readings of a statement that returns the columns of `plant_reading`, ordered by plant and time. */
export function readReadings(execute: Execute, dialect: Dialect, statement: Statement): Promise<ReadingPage> {
  return readers[dialect](execute, statement);
}

type Execute = <Row>(statement: Statement) => Promise<readonly Row[]>;
type Reader = (execute: Execute, statement: Statement) => Promise<ReadingPage>;

const readers: Readonly<Record<Dialect, Reader>> = { sqlite: readPacked, mssql: readRows };

/** Reads a page as one row. One that cannot be packed exactly is read row by row. */
export async function readPacked(execute: Execute, statement: Statement): Promise<ReadingPage> {
  const [packed] = await execute<PackedRow>(packedStatement(readingTable, statement)).catch(
    (error: unknown) => {
      if (/BLOB/.test(String(error))) return [];
      throw error;
    },
  );
  const page = packed === undefined ? null : unpack<ArchivedReading>(readingTable, packed);
  return page ?? (await readRows(execute, statement));
}

async function readRows(execute: Execute, statement: Statement): Promise<ReadingPage> {
  return pageOfRows<ArchivedReading>(readingTable, await execute<DriverRow>(statement));
}
