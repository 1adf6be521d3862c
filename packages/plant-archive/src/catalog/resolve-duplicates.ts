import { executeStatement, type PlantTables } from "@lmnh/plant-schema";
import type { Transaction } from "kysely";
import type { ArchivedReading } from "../model/archived-reading.js";
import { measuredAlike, type ReadingRow, toQuarantinedRow, toReading } from "./row-mapping.js";
import type { CatalogStatements } from "./statements.js";

/** A stored reading, and the one of the same plant and time that a file holds. */
export interface ArchivedDuplicate {
  readonly stored: ArchivedReading;
  readonly held: ArchivedReading;
  /** The file that has the stored one. */
  readonly fileId: number | null;
}

/** Which readings are in the database as well. */
export async function findDuplicates(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  readings: readonly ArchivedReading[],
): Promise<ArchivedDuplicate[]> {
  const { rows } = await executeStatement<ReadingRow>(transaction, statements.readingsLike(readings));
  if (rows.length === 0) return [];
  const byName = new Map(readings.map((held) => [nameOf(held), held]));
  return rows.flatMap((row) => {
    const stored = toReading(row);
    const held = byName.get(nameOf(stored));
    const fileId = row.archive_file_id === null ? null : Number(row.archive_file_id);
    return held === undefined ? [] : [{ stored, held, fileId }];
  });
}

/** Deletes the stored readings; one that says something else than the file goes to `quarantined_row`. */
export async function resolveDuplicates(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  twice: readonly ArchivedDuplicate[],
): Promise<{ readonly duplicates: number; readonly conflicts: number }> {
  if (twice.length === 0) return { duplicates: 0, conflicts: 0 };
  const conflicts = twice.filter(({ stored, held }) => !measuredAlike(stored, held));
  if (conflicts.length > 0)
    await executeStatement(
      transaction,
      statements.insertQuarantined(conflicts.map(({ stored }) => toQuarantinedRow(stored))),
    );
  await executeStatement(transaction, statements.deleteReadings(twice.map(({ stored }) => stored.readingId)));
  return { duplicates: twice.length - conflicts.length, conflicts: conflicts.length };
}

/** A reading is named by its plant and time. */
function nameOf({ plantId, recordingTaken }: ArchivedReading): string {
  return `${plantId} ${recordingTaken}`;
}
