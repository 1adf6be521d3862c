import { executeStatement } from "@lmnh/plant-schema";
import type { VerifiedFile } from "../model/archive-file.js";
import { startDigest } from "../model/reading-digest.js";
import type { PruneOutcome } from "../ports.js";
import { pageRows } from "./keyset-pagination.js";
import { type ReadingRow, toReading } from "./row-mapping.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile, wasCommitted, writing } from "./transactions.js";

export async function pruneFile(
  database: CatalogDatabase,
  statements: CatalogStatements,
  file: VerifiedFile,
  at: number,
): Promise<PruneOutcome> {
  const { fileId, rows, digest } = file;
  let deleted = startDigest();
  const rollback = new Error("the deleted readings are not those of the file");
  try {
    return await writing(database, async (transaction, attempt) => {
      deleted = startDigest();
      if ((await findFile(transaction, statements.markPruned(fileId, at))) === null)
        return (await wasCommitted(transaction, statements, attempt, file, "pruned"))
          ? { kind: "pruned", rows }
          : { kind: "elsewhere" };
      for (let found = pageRows; found === pageRows; ) {
        const page = await executeStatement<ReadingRow>(transaction, statements.deletePage(fileId, pageRows));
        for (const row of page.rows) deleted.add(toReading(row));
        found = page.rows.length;
      }
      if (deleted.rows !== rows || deleted.hex() !== digest) throw rollback;
      return { kind: "pruned", rows };
    });
  } catch (error) {
    if (error === rollback) return { kind: "changed", rows: deleted.rows };
    throw error;
  }
}
