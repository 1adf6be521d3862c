import {
  type DatabaseDialect,
  executeStatement,
  inWriteTransaction,
  referenceStatements,
} from "@lmnh/plant-schema";
import { dayMs, hourMs, type Partition, partitionEnd, partitionStart } from "../partition.js";
import type { ReadingLedger } from "../ports.js";
import { claimFile } from "./claim-file.js";
import { dropHeld } from "./drop-held.js";
import { isoTime } from "./instants.js";
import { findFile, type LedgerDatabase } from "./ledger-database.js";
import type { LedgerStatements } from "./ledger-statements.js";
import { mssqlStatements } from "./mssql-statements.js";
import { pruneFile } from "./prune-file.js";
import { readPages } from "./read-pages.js";
import { readReferenceData } from "./read-reference-data.js";
import { restoreFile } from "./restore-file.js";
import { type FileRow, toFile } from "./rows.js";
import { sqliteStatements } from "./sqlite-statements.js";

/**
 * The ledger in SQLite or SQL Server. What is given to `restore` must not read from the same database: its
 * transaction is open meanwhile. Errors that are no `PlantArchiveError` are the driver's; the transaction is then rolled
 * back whole.
 */
export function kyselyReadingLedger(database: LedgerDatabase): ReadingLedger {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = ledgerStatements(database);

  return {
    async unarchived(until) {
      const { rows } = await executeStatement<{ partition_hour: string; readings: number }>(
        db,
        statements.unarchivedHours(Math.floor(until / hourMs) * hourMs),
      );
      return rows.map(({ partition_hour, readings }) => ({
        partition: partition_hour as Partition,
        readings,
      }));
    },

    async files(which = {}) {
      return (await executeStatement<FileRow>(db, statements.files(which))).rows.map(toFile);
    },

    claim: (claim, most) => claimFile(database, statements, claim, most),

    readings: (of) =>
      readPages(db, (page) =>
        typeof of === "string"
          ? statements.unarchivedReadings({ start: partitionStart(of), end: partitionEnd(of) }, page)
          : statements.readingsOfFile(of.fileId, page),
      ),

    dropHeld: (file, held) => dropHeld(database, statements, file, held),

    markVerified: (file, at) =>
      inWriteTransaction(
        database,
        async (transaction) => (await findFile(transaction, statements.markVerified(file, at))) !== null,
      ),

    setAside: ({ fileId }, reason) =>
      inWriteTransaction(database, async (transaction) => {
        if ((await findFile(transaction, statements.markSetAside(fileId, reason))) === null) return false;
        await executeStatement(transaction, statements.releaseReadings(fileId));
        return true;
      }),

    prune: (file, at) => pruneFile(database, statements, file, at),

    restore: (manifest, readings) => restoreFile(database, statements, manifest, readings),

    referenceData: () => readReferenceData(db),

    loadReferenceData: (data) =>
      inWriteTransaction(database, async (transaction) => {
        for (const statement of referenceStatements(database, data))
          await executeStatement(transaction, statement);
      }),

    async days(until) {
      const before = isoTime(until).slice(0, 10);
      const { rows } = await executeStatement<{ day: string; readings: number; summarised: number }>(
        db,
        statements.days(before),
      );
      return rows;
    },

    unfiledReadings(day) {
      const start = Date.parse(`${day}T00:00:00.000Z`);
      return readPages(db, (page) => statements.unfiledReadings({ start, end: start + dayMs }, page));
    },

    markSummarised: (day, readings) =>
      inWriteTransaction(database, async (transaction) => {
        await executeStatement(transaction, statements.markSummarised(day, readings));
      }),
  };
}

/** The statements for a database's dialect and schema. */
export function ledgerStatements({ dialect, schema }: DatabaseDialect): LedgerStatements {
  return dialect === "sqlite" ? sqliteStatements : mssqlStatements(schema);
}
