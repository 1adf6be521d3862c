import { executeStatement, inWriteTransaction } from "@lmnh/plant-schema";
import type { VerifiedFile } from "../archive-file.js";
import { startDigest } from "../digest.js";
import type { PruneOutcome } from "../ports.js";
import { findFile, type LedgerDatabase } from "./ledger-database.js";
import type { LedgerStatements } from "./ledger-statements.js";
import { pageRows } from "./read-pages.js";
import { type ReadingRow, toReading } from "./rows.js";

export async function pruneFile(
  database: LedgerDatabase,
  statements: LedgerStatements,
  { fileId, rows, digest }: VerifiedFile,
  at: number,
): Promise<PruneOutcome> {
  const deleted = startDigest();
  const undo = new Error("what was deleted is not what the file holds");
  try {
    return await inWriteTransaction(database, async (transaction) => {
      if ((await findFile(transaction, statements.markPruned(fileId, at))) === null)
        return { kind: "elsewhere" };
      for (let found = pageRows; found === pageRows; ) {
        const page = await executeStatement<ReadingRow>(transaction, statements.deletePage(fileId, pageRows));
        for (const row of page.rows) deleted.add(toReading(row));
        found = page.rows.length;
      }
      if (deleted.rows !== rows || deleted.hex() !== digest) throw undo;
      return { kind: "pruned", rows };
    });
  } catch (error) {
    if (error === undo) return { kind: "changed", rows: deleted.rows };
    throw error;
  }
}
