import type { PlantTables } from "@lmnh/plant-schema";
import { executeStatement } from "@lmnh/plant-schema/internal/sql";
import type { Transaction } from "kysely";
import { type ArchivedTable, cellOf, idOf, keyOf } from "../model/archived-table.js";
import { toQuarantinedRow } from "./row-mapping.js";
import { type DriverRow, pageOfRows } from "./row-page.js";
import type { TableStatements } from "./statements.js";

/** A row of the database and the one with the same key in a file. */
export interface ArchivedDuplicate {
  readonly stored: object;
  readonly archived: object;
}

/** The rows that are in the database as well. */
export async function findDuplicates(
  transaction: Transaction<PlantTables>,
  table: ArchivedTable,
  statements: TableStatements,
  rows: readonly object[],
): Promise<ArchivedDuplicate[]> {
  const found = await executeStatement<DriverRow>(transaction, statements.rowsWithSameKeys(rows));
  if (found.rows.length === 0) return [];
  const byKey = new Map(rows.map((archived) => [keyOf(table, archived), archived]));
  return [...pageOfRows<object>(table, found.rows)].flatMap((stored) => {
    const archived = byKey.get(keyOf(table, stored));
    return archived === undefined ? [] : [{ stored, archived }];
  });
}

/** Deletes the stored rows. Those with other values than in the file are copied to `quarantined_row` first. */
export async function resolveDuplicates(
  transaction: Transaction<PlantTables>,
  table: ArchivedTable,
  statements: TableStatements,
  found: readonly ArchivedDuplicate[],
): Promise<{ readonly duplicates: number; readonly conflicts: number }> {
  if (found.length === 0) return { duplicates: 0, conflicts: 0 };
  const conflicts = found.filter(
    ({ stored, archived }) =>
      !table.values.every((field) => cellOf(stored, field) === cellOf(archived, field)),
  );
  if (conflicts.length > 0)
    await executeStatement(
      transaction,
      statements.insertQuarantined(conflicts.map(({ stored }) => toQuarantinedRow(table, stored))),
    );
  await executeStatement(transaction, statements.deleteRows(found.map(({ stored }) => idOf(table, stored))));
  return { duplicates: found.length - conflicts.length, conflicts: conflicts.length };
}
