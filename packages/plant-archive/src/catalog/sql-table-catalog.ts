import type { Dialect, PlantDatabase } from "@lmnh/plant-schema";
import { executeBatch, executeStatement, type Statement } from "@lmnh/plant-schema/internal/sql";
import { PlantArchiveError } from "../errors.js";
import { type ArchivedTable, columnName } from "../model/archived-table.js";
import { checkTable } from "../model/check-table.js";
import { hourMs, parsePartition } from "../model/partition.js";
import type { TableCatalog } from "../ports.js";
import { changeState } from "./change-state.js";
import { claimFile } from "./claim-file.js";
import { dropArchivedDuplicates } from "./drop-archived-duplicates.js";
import { readPages } from "./keyset-pagination.js";
import { mssqlStatements } from "./mssql-statements.js";
import { pruneFile } from "./prune-file.js";
import { readPage } from "./read-page.js";
import { restoreFile } from "./restore-file.js";
import { type FileRow, toFile } from "./row-mapping.js";
import { rowsInRange } from "./rows-in-range.js";
import { sqliteStatements } from "./sqlite-statements.js";
import type { TableStatements } from "./statements.js";
import { type CatalogDatabase, retrying } from "./transactions.js";

/**
 * The catalog of a table in SQLite or SQL Server, in a database with the tables of `migrate`: one archived table a database,
 * because `archive_file` has the files of one. Times are `YYYY-MM-DDTHH:MM:SS.mmmZ` in SQLite, and DATETIME2(3) on SQL
 * Server.
 *
 * The rows passed to `restore` must not come from the same database, because its transaction is open meanwhile. On SQL
 * Server `restore` needs ALTER on the table, to insert ids. Other errors than `PlantArchiveError` are the driver's or
 * `PlantSchemaError`s; the transaction is rolled back then.
 *
 * @throws PlantArchiveError `OPTION_INVALID` for a description that does not agree with itself
 */
export function sqlTableCatalog(database: CatalogDatabase, table: ArchivedTable): TableCatalog<object> {
  checkTable(table);
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = tableStatements(database, table);
  const execute = async <Row>(statement: Statement) => (await executeStatement<Row>(db, statement)).rows;
  const read = <Row>(statement: Statement) => retrying(database, () => execute<Row>(statement));

  return {
    table,

    async unarchived(until) {
      const hours = await read<{ partition_hour: string; row_count: number }>(
        statements.unarchivedHours(Math.floor(until / hourMs) * hourMs),
      );
      return hours.map(({ partition_hour, row_count }) => {
        const partition = parsePartition(partition_hour);
        if (partition === null) throw noHour(table, partition_hour, row_count);
        return { partition, rows: row_count };
      });
    },

    async files(query = {}) {
      return (await read<FileRow>(statements.files(query))).map(toFile);
    },

    claim: (claim, limit) => claimFile(database, statements, claim, limit),

    rows: (file) =>
      readPages(
        (statement, order) =>
          retrying(database, () => readPage<object>(execute, database.dialect, table, order, statement)),
        rowsInRange(table, file.range, (page) => statements.rowsInRange(file, page)),
      ),

    dropArchivedDuplicates: (file, archived) =>
      dropArchivedDuplicates(database, table, statements, file, archived),

    markVerified: (file, at) =>
      changeState(database, statements, file, "verified", statements.markVerified(file, at)),

    quarantine: (file, reason) =>
      changeState(database, statements, file, "quarantined", statements.markQuarantined(file.fileId, reason)),

    prune: (file, at) => pruneFile(database, table, statements, file, at),

    restore: (manifest, rows) =>
      restoreFile(database, table, statements, manifest, rows, () => async () => undefined),

    async archiveId() {
      const [row] = await read<{ archive_id: string }>(statements.archiveId());
      return row?.archive_id ?? null;
    },

    async saveArchiveId(archiveId, options) {
      const batch = [statements.writeArchiveId(archiveId, options), statements.archiveId()];
      const [row] = await retrying(database, () => executeBatch<{ archive_id: string }>(database, batch));
      return row?.archive_id ?? archiveId;
    },

    async verifiedAt() {
      const [row] = await read<{ verified_at: string | null }>(statements.verifiedAt());
      const text = row?.verified_at ?? null;
      return text === null ? null : Date.parse(text);
    },

    async saveVerifiedAt(at) {
      await retrying(database, () => executeBatch(database, [statements.writeVerifiedAt(at)]));
    },
  };
}

/** SQLite checks the form of a time only. */
function noHour(table: ArchivedTable, hour: string, rows: number): PlantArchiveError {
  return new PlantArchiveError(
    "READING_INVALID",
    "abort",
    `${table.name} cannot be archived: ${rows} of its rows have a ${columnName(table, table.instant)} that begins with ${JSON.stringify(hour)}, which is no hour. Correct the rows.`,
  );
}

/** The statements for a table in a database's dialect and schema. */
export function tableStatements(
  { dialect, schema }: Pick<PlantDatabase, "dialect" | "schema">,
  table: ArchivedTable,
): TableStatements {
  return statementsFor[dialect](table, schema);
}

const statementsFor: Readonly<
  Record<Dialect, (table: ArchivedTable, schema: string | null) => TableStatements>
> = {
  sqlite: sqliteStatements,
  mssql: mssqlStatements,
};
