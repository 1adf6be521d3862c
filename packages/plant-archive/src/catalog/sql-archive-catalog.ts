import {
  type Dialect,
  executeBatch,
  executeStatement,
  type PlantDatabase,
  readReferenceData,
  referenceStatements,
  type Statement,
} from "@lmnh/plant-schema";
import { dayMs, hourMs, type Partition } from "../model/partition.js";
import { readingTable } from "../model/reading-table.js";
import type { ArchiveCatalog, DayState } from "../ports.js";
import { changeState } from "./change-state.js";
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
import { type CatalogDatabase, retrying } from "./transactions.js";

/**
 * The catalog in SQLite or SQL Server. The readings passed to `restore` must not come from the same database, because its
 * transaction is open meanwhile. On SQL Server `restore` needs ALTER on `plant_reading`, to insert ids. Other errors than
 * `PlantArchiveError` are the driver's or `PlantSchemaError`s; the transaction is rolled back then.
 */
export function sqlArchiveCatalog(database: CatalogDatabase): ArchiveCatalog {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = catalogStatements(database);
  const execute = async <Row>(statement: Statement) => (await executeStatement<Row>(db, statement)).rows;
  const read = <Row>(statement: Statement) => retrying(database, () => execute<Row>(statement));
  const readPage = (statement: Statement) =>
    retrying(database, () => readReadings(execute, database.dialect, statement));

  return {
    table: readingTable,

    async unarchived(until) {
      const rows = await read<{ partition_hour: string; readings: number }>(
        statements.unarchivedHours(Math.floor(until / hourMs) * hourMs),
      );
      return rows.map(({ partition_hour, readings }) => ({
        partition: partition_hour as Partition,
        rows: readings,
      }));
    },

    async files(query = {}) {
      return (await read<FileRow>(statements.files(query))).map(toFile);
    },

    claim: (claim, limit) => claimFile(database, statements, claim, limit),

    rows: (file) => readPages(readPage, (page) => statements.readingsInRange(file, page)),

    dropArchivedDuplicates: (file, archived) => dropArchivedDuplicates(database, statements, file, archived),

    markVerified: (file, at) =>
      changeState(database, statements, file, "verified", statements.markVerified(file, at)),

    quarantine: (file, reason) =>
      changeState(database, statements, file, "quarantined", statements.markQuarantined(file.fileId, reason)),

    prune: (file, at) => pruneFile(database, statements, file, at),

    restore: (manifest, readings) => restoreFile(database, statements, manifest, readings),

    async archiveId() {
      const [row] = await read<{ archive_id: string }>(statements.archiveId());
      return row?.archive_id ?? null;
    },

    async saveArchiveId(archiveId, options) {
      const batch = [statements.writeArchiveId(archiveId, options), statements.archiveId()];
      const [row] = await retrying(database, () => executeBatch<{ archive_id: string }>(database, batch));
      return row?.archive_id ?? archiveId;
    },

    referenceData: () => retrying(database, () => readReferenceData(db)),

    async loadReferenceData(data) {
      await retrying(database, () => executeBatch(database, referenceStatements(database, data)));
    },

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

    async markSummarized(day, readings) {
      await retrying(database, () => executeBatch(database, [statements.markSummarized(day, readings)]));
    },
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
