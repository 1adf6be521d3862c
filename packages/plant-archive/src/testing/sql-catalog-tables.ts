import { executeStatement, inWriteTransaction } from "@lmnh/plant-schema/internal/sql";
import { findDuplicates } from "../catalog/resolve-duplicates.js";
import { type FileRow, toFile } from "../catalog/row-mapping.js";
import { pageOfRows } from "../catalog/row-page.js";
import { tableStatements } from "../catalog/sql-table-catalog.js";
import type { CatalogDatabase } from "../catalog/transactions.js";
import { type ArchiveFile, isInFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { keyOf } from "../model/archived-table.js";
import { readingTable } from "../model/reading-table.js";
import type { CatalogFile, CatalogState, ReadingTables } from "./catalog-tables.js";

/** The tables of `sqlArchiveCatalog(database)`. */
export function sqlReadingTables(database: CatalogDatabase): ReadingTables {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const statements = tableStatements(database, readingTable);
  return {
    insert: (readings) =>
      inWriteTransaction(database, async (transaction) => {
        const byKey = new Map<string, ArchivedReading>();
        for (const reading of readings) {
          const key = keyOf(readingTable, reading);
          if (!byKey.has(key)) byKey.set(key, { readingId: 0, ...reading });
        }
        const fresh = new Set(byKey.values());
        const stored = await findDuplicates(transaction, readingTable, statements, [...fresh]);
        for (const { archived } of stored) fresh.delete(archived as ArchivedReading);
        for (const statement of statements.insertRows([...fresh], "new"))
          await executeStatement(transaction, statement);
      }),

    insertWithIds: (readings) =>
      inWriteTransaction(database, async (transaction) => {
        for (const statement of statements.insertRows(readings, "own"))
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

    async state(): Promise<CatalogState> {
      const readings = await db
        .selectFrom("plant_reading")
        .selectAll()
        .orderBy("plant_id")
        .orderBy("recording_taken")
        .execute();
      const files = await db
        .selectFrom("archive_file")
        .selectAll()
        .orderBy("partition_hour")
        .orderBy("object_key")
        .execute();
      const quarantined = await db
        .selectFrom("quarantined_row")
        .selectAll()
        .orderBy("quarantined_row_id")
        .execute();
      return {
        readings: [...pageOfRows<ArchivedReading>(readingTable, readings)].map((reading) => ({
          ...reading,
          key: keyOfCovering(reading, files.map(toFile)),
        })),
        files: files.map((row): CatalogFile => {
          const { fileId: _fileId, range: _range, ...file } = toFile(row satisfies FileRow);
          return {
            ...file,
            claimedAt: timeOf(row.claimed_at),
            verifiedAt: timeOf(row.verified_at),
            prunedAt: timeOf(row.pruned_at),
            reason: row.reason,
          };
        }),
        quarantined: quarantined.map((row) => ({
          rowId: Number(row.row_id),
          reason: row.reason,
          content: row.content,
        })),
      };
    },
  };
}

/** The key of the file that covers a reading; throws if two do. */
function keyOfCovering(reading: ArchivedReading, files: readonly ArchiveFile[]): string | null {
  const covering = files.filter(
    (file) =>
      (file.state === "claimed" || file.state === "verified") && isInFile(readingTable, reading, file),
  );
  if (covering.length > 1)
    throw new Error(
      `reading ${reading.readingId} is covered by ${covering.map(({ key }) => key).join(" and ")}`,
    );
  return covering[0]?.key ?? null;
}

function timeOf(value: string | Date | null): number | null {
  return value === null ? null : new Date(value).getTime();
}
