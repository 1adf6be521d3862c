import { executeStatement, haveSameValues, type PlantTables } from "@lmnh/plant-schema";
import type { Transaction } from "kysely";
import { type ArchivedReading, readingKey } from "../model/archived-reading.js";
import { readingTable } from "../model/reading-table.js";
import { toQuarantinedRow } from "./row-mapping.js";
import { type DriverRow, pageOfRows } from "./row-page.js";
import type { CatalogStatements } from "./statements.js";

/** A reading of the database and the one with the same key in a file. */
export interface ArchivedDuplicate {
  readonly stored: ArchivedReading;
  readonly archived: ArchivedReading;
}

/** The readings that are in the database as well. */
export async function findDuplicates(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  readings: readonly ArchivedReading[],
): Promise<ArchivedDuplicate[]> {
  const { rows } = await executeStatement<DriverRow>(transaction, statements.readingsWithSameKeys(readings));
  if (rows.length === 0) return [];
  const byKey = new Map(readings.map((archived) => [readingKey(archived), archived]));
  return [...pageOfRows<ArchivedReading>(readingTable, rows)].flatMap((stored) => {
    const archived = byKey.get(readingKey(stored));
    return archived === undefined ? [] : [{ stored, archived }];
  });
}

/** Deletes the stored readings. Those with other values than in the file are copied to `quarantined_row` first. */
export async function resolveDuplicates(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  found: readonly ArchivedDuplicate[],
): Promise<{ readonly duplicates: number; readonly conflicts: number }> {
  if (found.length === 0) return { duplicates: 0, conflicts: 0 };
  const conflicts = found.filter(({ stored, archived }) => !haveSameValues(stored, archived));
  if (conflicts.length > 0)
    await executeStatement(
      transaction,
      statements.insertQuarantined(conflicts.map(({ stored }) => toQuarantinedRow(stored))),
    );
  await executeStatement(transaction, statements.deleteReadings(found.map(({ stored }) => stored.readingId)));
  return { duplicates: found.length - conflicts.length, conflicts: conflicts.length };
}
