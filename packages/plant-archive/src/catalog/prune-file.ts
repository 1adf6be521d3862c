import { executeStatement } from "@lmnh/plant-schema";
import type { VerifiedFile } from "../model/archive-file.js";
import { digestOf, type RowsDigest } from "../model/page-digest.js";
import { readingTable } from "../model/reading-table.js";
import type { PruneOutcome } from "../ports.js";
import { readPages } from "./keyset-pagination.js";
import { readReadings } from "./read-readings.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile, wasCommitted, writing } from "./transactions.js";

export async function pruneFile(
  database: CatalogDatabase,
  statements: CatalogStatements,
  file: VerifiedFile,
  at: number,
): Promise<PruneOutcome> {
  const { rows, digest } = file;
  let found: RowsDigest = { rows: 0, digest: "" };
  const rollback = new Error("the readings in its range are not those of the file");
  try {
    return await writing(database, async (transaction, attempt) => {
      const pruned = await findFile(transaction, statements.markPruned(file, at));
      if (pruned === null)
        return (await wasCommitted(transaction, statements, attempt, file, "pruned"))
          ? { kind: "pruned", rows }
          : { kind: "elsewhere" };
      const pages = readPages(
        (statement) => readReadings(transaction, database.dialect, statement),
        (page) => statements.readingsInRange(pruned, page, "lock"),
      );
      found = await digestOf(readingTable, pages);
      if (found.rows !== rows || found.digest !== digest) throw rollback;
      const deletion = await executeStatement<{ deleted: number }>(
        transaction,
        statements.deleteRange(pruned),
      );
      const deleted = deletion.rows[0]?.deleted ?? Number(deletion.numAffectedRows);
      // A writer without the lock may have inserted one since they were read.
      if (deleted !== rows) throw rollback;
      return { kind: "pruned", rows };
    });
  } catch (error) {
    if (error === rollback) return { kind: "changed", rows: found.rows };
    throw error;
  }
}
