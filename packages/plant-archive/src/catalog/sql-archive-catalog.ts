import { type Dialect, type PlantDatabase, type PlantTables, readReferenceData } from "@lmnh/plant-schema";
import {
  executeBatch,
  executeStatement,
  referenceStatements,
  type Statement,
} from "@lmnh/plant-schema/internal/sql";
import type { Transaction } from "kysely";
import type { ArchivedReading } from "../model/archived-reading.js";
import { cellOf } from "../model/archived-table.js";
import { dayMs } from "../model/partition.js";
import { readingTable } from "../model/reading-table.js";
import type { TablePage } from "../model/table-page.js";
import type { ArchiveCatalog, DayState } from "../ports.js";
import { barePlants } from "./bare-plants.js";
import { isoTime } from "./iso-time.js";
import { readPages } from "./keyset-pagination.js";
import { mssqlPlantStatements } from "./mssql-statements.js";
import { readPage } from "./read-page.js";
import { type PrepareRows, restoreFile } from "./restore-file.js";
import { sqlTableCatalog, tableStatements } from "./sql-table-catalog.js";
import { sqlitePlantStatements } from "./sqlite-statements.js";
import type { PlantStatements } from "./statements.js";
import { type CatalogDatabase, retrying } from "./transactions.js";

/**
 * The catalog of the plants: that of `plant_reading`, as `sqlTableCatalog`, with reference data and summaries.
 *
 * @example
 * ```ts
 * const database = await openSqlite("sqlite:plants.db");
 * await migrate(database);
 * const catalog = sqlArchiveCatalog({ ...database, retry: {} });
 * ```
 */
export function sqlArchiveCatalog(database: CatalogDatabase): ArchiveCatalog {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = plantStatements(database);
  const execute = async <Row>(statement: Statement) => (await executeStatement<Row>(db, statement)).rows;

  const insertBarePlants = async (
    transaction: Transaction<PlantTables>,
    rows: readonly object[],
  ): Promise<number> => {
    const plantIds = [...new Set(rows.map((row) => Number(cellOf(row, "plantId"))))];
    const { rows: plants } = await executeStatement<{ plant_id: number }>(
      transaction,
      statements.knownPlants(plantIds),
    );
    const known = new Set(plants.map(({ plant_id }) => plant_id));
    const unknown = plantIds.filter((plantId) => !known.has(plantId));
    if (unknown.length > 0)
      for (const statement of referenceStatements(database, barePlants(unknown)))
        await executeStatement(transaction, statement);
    return unknown.length;
  };
  const tableCatalog = sqlTableCatalog(database, readingTable);

  return {
    ...tableCatalog,

    rows: (file) => tableCatalog.rows(file) as AsyncIterable<TablePage<ArchivedReading>>,

    async restore(manifest, readings) {
      let inserted = 0;
      const startAttempt = (): PrepareRows => {
        inserted = 0;
        return async (transaction, rows) => {
          inserted += await insertBarePlants(transaction, rows);
        };
      };
      const table = tableStatements(database, readingTable);
      const restored = await restoreFile(database, readingTable, table, manifest, readings, startAttempt);
      return { ...restored, barePlants: inserted };
    },

    referenceData: () => retrying(database, () => readReferenceData(db)),

    async loadReferenceData(data) {
      await retrying(database, () => executeBatch(database, referenceStatements(database, data)));
    },

    async days(until) {
      const before = isoTime(until).slice(0, 10);
      return await retrying(database, () => execute<DayState>(statements.days(before)));
    },

    uncommittedReadings(day) {
      const start = Date.parse(`${day}T00:00:00.000Z`);
      return readPages(
        (statement, order) =>
          retrying(database, () =>
            readPage<ArchivedReading>(execute, database.dialect, readingTable, order, statement),
          ),
        {
          order: readingTable.key,
          start: beforeAll,
          positionOf: (last) => last,
          statement: (page) => statements.uncommittedReadings({ start, end: start + dayMs }, page),
        },
      );
    },

    async markSummarized(day, readings) {
      await retrying(database, () => executeBatch(database, [statements.markSummarized(day, readings)]));
    },
  };
}

/** Before every reading: the lowest INT, and SQL Server's first instant. */
const beforeAll: Pick<ArchivedReading, "plantId" | "recordingTaken"> = {
  plantId: -2_147_483_648,
  recordingTaken: Date.parse("0001-01-01T00:00:00.000Z"),
};

/** The statements for the plants in a database's dialect and schema. */
export function plantStatements({
  dialect,
  schema,
}: Pick<PlantDatabase, "dialect" | "schema">): PlantStatements {
  return statementsFor[dialect](schema);
}

const statementsFor: Readonly<Record<Dialect, (schema: string | null) => PlantStatements>> = {
  sqlite: () => sqlitePlantStatements,
  mssql: mssqlPlantStatements,
};
