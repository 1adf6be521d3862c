import {
  type Dialect,
  executeStatement,
  type PlantDatabase,
  readReferenceData,
  referenceStatements,
  type Statement,
} from "@lmnh/plant-schema";
import { dayMs, hourMs, type Partition } from "../model/partition.js";
import type { ArchiveCatalog, DayState } from "../ports.js";
import { claimFile } from "./claim-file.js";
import { dropArchivedDuplicates } from "./drop-archived-duplicates.js";
import { isoTime } from "./iso-time.js";
import { readPages } from "./keyset-pagination.js";
import { mssqlStatements } from "./mssql-statements.js";
import { pruneFile } from "./prune-file.js";
import { readReadings } from "./read-readings.js";
import { restoreFile } from "./restore-file.js";
import { type FileRow, toFile } from "./row-mapping.js";
import { sqliteStatements } from "./sqlite-statements.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile, retrying, wasCommitted, writing } from "./transactions.js";

/**
 * The catalog in SQLite or SQL Server. The readings passed to `restore` must not come from the same database, because its
 * transaction is open meanwhile. On SQL Server `restore` needs ALTER on `plant_reading`, to insert ids. Other errors than
 * `PlantArchiveError` are the driver's or `PlantSchemaError`s; the transaction is rolled back then.
 */
export function sqlArchiveCatalog(database: CatalogDatabase): ArchiveCatalog {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = catalogStatements(database);
  const read = async <Row>(statement: Statement) =>
    (await retrying(database, () => executeStatement<Row>(db, statement))).rows;
  const readPage = (statement: Statement) =>
    retrying(database, () => readReadings(db, database.dialect, statement));

  return {
    async unarchived(until) {
      const rows = await read<{ partition_hour: string; readings: number }>(
        statements.unarchivedHours(Math.floor(until / hourMs) * hourMs),
      );
      return rows.map(({ partition_hour, readings }) => ({
        partition: partition_hour as Partition,
        readings,
      }));
    },

    async files(query = {}) {
      return (await read<FileRow>(statements.files(query))).map(toFile);
    },

    claim: (claim, limit) => claimFile(database, statements, claim, limit),

    readings: (file) => readPages(readPage, (page) => statements.readingsInRange(file, page)),

    dropArchivedDuplicates: (file, archived) => dropArchivedDuplicates(database, statements, file, archived),

    markVerified: (file, at) =>
      writing(database, async (transaction, attempt) => {
        if ((await findFile(transaction, statements.markVerified(file, at))) !== null) return true;
        return await wasCommitted(transaction, statements, attempt, file, "verified");
      }),

    quarantine: (file, reason) =>
      writing(database, async (transaction, attempt) => {
        if ((await findFile(transaction, statements.markQuarantined(file.fileId, reason))) !== null)
          return true;
        return await wasCommitted(transaction, statements, attempt, file, "quarantined");
      }),

    prune: (file, at) => pruneFile(database, statements, file, at),

    restore: (manifest, readings) => restoreFile(database, statements, manifest, readings),

    async archiveId() {
      const [row] = await read<{ archive_id: string }>(statements.archiveId());
      return row?.archive_id ?? null;
    },

    saveArchiveId: (archiveId, { replacing }) =>
      writing(database, async (transaction) => {
        const [row] = (await executeStatement<{ archive_id: string }>(transaction, statements.archiveId()))
          .rows;
        if (row !== undefined && !replacing) return row.archive_id;
        await executeStatement(transaction, statements.writeArchiveId(archiveId));
        return archiveId;
      }),

    referenceData: () => retrying(database, () => readReferenceData(db)),

    loadReferenceData: (data) =>
      writing(database, async (transaction) => {
        for (const statement of referenceStatements(database, data))
          await executeStatement(transaction, statement);
      }),

    async days(until) {
      const before = isoTime(until).slice(0, 10);
      return await read<DayState>(statements.days(before));
    },

    uncommittedReadings(day) {
      const start = Date.parse(`${day}T00:00:00.000Z`);
      return readPages(readPage, (page) =>
        statements.uncommittedReadings({ start, end: start + dayMs }, page),
      );
    },

    markSummarized: (day, readings) =>
      writing(database, async (transaction) => {
        await executeStatement(transaction, statements.markSummarized(day, readings));
      }),
  };
}

/** The statements for a database's dialect and schema. */
export function catalogStatements({
  dialect,
  schema,
}: Pick<PlantDatabase, "dialect" | "schema">): CatalogStatements {
  return statementsFor[dialect](schema);
}

const statementsFor: Readonly<Record<Dialect, (schema: string | null) => CatalogStatements>> = {
  sqlite: () => sqliteStatements,
  mssql: mssqlStatements,
};
