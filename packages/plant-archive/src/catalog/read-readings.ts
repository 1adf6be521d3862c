import { type Dialect, executeStatement, type PlantTables, type Statement } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import type { ArchivedReading } from "../model/archived-reading.js";
import { readPacked } from "./packed-readings.js";
import { type ReadingRow, toReading } from "./row-mapping.js";

/** The readings of a statement that returns `ReadingRow`s, ordered by plant and time. */
export function readReadings(
  db: Kysely<PlantTables>,
  dialect: Dialect,
  statement: Statement,
): Promise<readonly ArchivedReading[]> {
  return readers[dialect](db, statement);
}

type Reader = (db: Kysely<PlantTables>, statement: Statement) => Promise<readonly ArchivedReading[]>;

const readers: Readonly<Record<Dialect, Reader>> = {
  sqlite: (db, statement) =>
    readPacked(async <Row>(packed: Statement) => (await executeStatement<Row>(db, packed)).rows, statement),
  mssql: async (db, statement) => (await executeStatement<ReadingRow>(db, statement)).rows.map(toReading),
};
