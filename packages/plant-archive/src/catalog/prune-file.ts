import { inBatchedTransaction } from "@lmnh/plant-schema/internal/sql";
import type { VerifiedFile } from "../model/archive-file.js";
import type { ArchivedTable } from "../model/archived-table.js";
import { digestOf } from "../model/page-digest.js";
import type { PruneOutcome } from "../ports.js";
import { readPages } from "./keyset-pagination.js";
import { readPage } from "./read-page.js";
import { rowsInRange } from "./rows-in-range.js";
import type { TableStatements } from "./statements.js";
import { type CatalogDatabase, findFile, retrying } from "./transactions.js";

/**
 * On SQL Server a round trip for each page of rows, the first of which begins the transaction, and one that deletes
 * them, changes the state and commits.
 */
export async function pruneFile(
  database: CatalogDatabase,
  table: ArchivedTable,
  statements: TableStatements,
  file: VerifiedFile,
  at: number,
): Promise<PruneOutcome> {
  const { fileId, range, rows, digest } = file;
  return await retrying(database, async (attempt): Promise<PruneOutcome> => {
    const found = await inBatchedTransaction(database, async (transaction) => {
      const pages = readPages(
        (statement, order) =>
          readPage<object>(transaction.execute, database.dialect, table, order, statement),
        rowsInRange(table, range, (page) => statements.rowsInRange(file, page, "lock")),
      );
      const { rows: found, digest: sum } = await digestOf(table, pages);
      const isSame = found === rows && sum === digest;
      // A writer without the lock may have inserted a row since they were read, which is one too many then.
      const last = [statements.deleteRange(file), statements.markPruned(file, at)];
      return { rows: found, isPruned: isSame && (await transaction.commitIfChanged(last)) };
    });
    if (found.isPruned) return { kind: "pruned", rows };
    const current = await findFile(database.db, statements.lockFile({ fileId }));
    // By an attempt whose response was lost.
    if (current?.state === "pruned" && attempt > 1) return { kind: "pruned", rows };
    const isCovering =
      current?.state === "verified" &&
      current.range.after === range.after &&
      current.range.through === range.through;
    return isCovering ? { kind: "changed", rows: found.rows } : { kind: "elsewhere" };
  });
}
