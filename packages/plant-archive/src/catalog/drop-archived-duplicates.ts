import { executeStatement } from "@lmnh/plant-schema/internal/sql";
import { type ArchiveFile, isInFile } from "../model/archive-file.js";
import type { ArchivedTable } from "../model/archived-table.js";
import type { TablePage } from "../model/table-page.js";
import type { DroppedRows } from "../ports.js";
import { partsOf } from "./keyset-pagination.js";
import { findDuplicates, resolveDuplicates } from "./resolve-duplicates.js";
import type { TableStatements } from "./statements.js";
import { type CatalogDatabase, findFile, retrying, writing } from "./transactions.js";

/**
 * One transaction a page: a loader waits for each transaction, and between two pages the older file is read from the
 * object store. Can be repeated: dropped rows are not found again.
 */
export async function dropArchivedDuplicates(
  database: CatalogDatabase,
  table: ArchivedTable,
  statements: TableStatements,
  { fileId }: ArchiveFile,
  archived: AsyncIterable<TablePage<object>>,
): Promise<DroppedRows> {
  let file = await retrying(database, () => findFile(database.db, statements.lockFile({ fileId })));
  let duplicates = 0;
  let conflicts = 0;
  for await (const page of archived)
    for (const part of partsOf(page)) {
      const dropped = await dropPage(database, table, statements, fileId, [...part]);
      file = dropped.file;
      duplicates += dropped.duplicates;
      conflicts += dropped.conflicts;
      if (file?.state !== "claimed") return { file, duplicates, conflicts };
    }
  return { file, duplicates, conflicts };
}

async function dropPage(
  database: CatalogDatabase,
  table: ArchivedTable,
  statements: TableStatements,
  fileId: number,
  rows: readonly object[],
): Promise<DroppedRows> {
  return await writing(database, async (transaction) => {
    const file = await findFile(transaction, statements.lockFile({ fileId }));
    if (file?.state !== "claimed") return { file, duplicates: 0, conflicts: 0 };
    const found = await findDuplicates(transaction, table, statements, rows);
    const duplicates = found.filter(({ stored }) => isInFile(table, stored, file));
    if (duplicates.length === 0) return { file, duplicates: 0, conflicts: 0 };
    const dropped = await resolveDuplicates(transaction, table, statements, duplicates);
    // Subtracted, not counted: a row that appeared in the range must not get into the file without a comparison.
    const remaining = await findFile(transaction, statements.subtractRows(fileId, duplicates.length));
    if (remaining !== null && remaining.rows > 0) return { file: remaining, ...dropped };
    await executeStatement(transaction, statements.deleteFile(fileId));
    return { file: null, ...dropped };
  });
}
