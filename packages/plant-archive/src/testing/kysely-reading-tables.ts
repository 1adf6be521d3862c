import { executeStatement, inWriteTransaction } from "@lmnh/plant-schema";
import { findHeldTwice } from "../ledger/give-way.js";
import { ledgerStatements } from "../ledger/kysely-reading-ledger.js";
import type { LedgerDatabase } from "../ledger/ledger-database.js";
import type { LedgerFile, LedgerState, ReadingTables } from "../ledger/reading-tables.js";
import { type FileRow, type ReadingRow, toFile, toReading } from "../ledger/rows.js";
import type { ArchivedReading } from "../reading.js";

/** What stands behind `kyselyReadingLedger(database)`. */
export function kyselyReadingTables(database: LedgerDatabase): ReadingTables {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = ledgerStatements(database);
  return {
    insert: (readings) =>
      inWriteTransaction(database, async (transaction) => {
        const byName = new Map<string, ArchivedReading>();
        for (const reading of readings) {
          const name = `${reading.plantId} ${reading.recordingTaken}`;
          if (!byName.has(name)) byName.set(name, { readingId: 0, ...reading });
        }
        const fresh = new Set(byName.values());
        const there = await findHeldTwice(transaction, statements, [...fresh]);
        for (const { held } of there) fresh.delete(held);
        for (const statement of statements.insertReadings(null, [...fresh], "new"))
          await executeStatement(transaction, statement);
      }),

    update: async (readingId, { temperature }) => {
      await db
        .updateTable("plant_reading")
        .set({ temperature })
        .where("plant_reading_id", "=", readingId)
        .execute();
    },

    remove: async (readingId) => {
      await db.deleteFrom("plant_reading").where("plant_reading_id", "=", readingId).execute();
    },

    async state(): Promise<LedgerState> {
      const readings = await db
        .selectFrom("plant_reading")
        .leftJoin("archive_file", "archive_file.archive_file_id", "plant_reading.archive_file_id")
        .selectAll("plant_reading")
        .select("object_key")
        .orderBy("plant_id")
        .orderBy("recording_taken")
        .execute();
      const files = await db
        .selectFrom("archive_file")
        .selectAll()
        .orderBy("partition_hour")
        .orderBy("object_key")
        .execute();
      const setAside = await db.selectFrom("set_aside_row").selectAll().orderBy("set_aside_row_id").execute();
      return {
        readings: readings.map((row) => ({ ...toReading(row satisfies ReadingRow), key: row.object_key })),
        files: files.map((row): LedgerFile => {
          const { fileId: _fileId, ...file } = toFile(row satisfies FileRow);
          return {
            ...file,
            claimedAt: timeOf(row.claimed_at),
            verifiedAt: timeOf(row.verified_at),
            prunedAt: timeOf(row.pruned_at),
            reason: row.reason,
          };
        }),
        setAside: setAside.map((row) => ({
          rowId: Number(row.row_id),
          reason: row.reason,
          content: row.content,
        })),
      };
    },
  };
}

function timeOf(value: string | Date | null): number | null {
  return value === null ? null : new Date(value).getTime();
}
