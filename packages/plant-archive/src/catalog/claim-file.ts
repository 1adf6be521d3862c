import { executeStatement } from "@lmnh/plant-schema";
import type { ArchiveFile } from "../model/archive-file.js";
import { partitionEnd, partitionStart } from "../model/partition.js";
import type { FileClaim } from "../ports.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile, writing } from "./transactions.js";

export async function claimFile(
  database: CatalogDatabase,
  statements: CatalogStatements,
  { key, partition, runId, at }: FileClaim,
  limit: number,
): Promise<ArchiveFile | null> {
  const span = { start: partitionStart(partition), end: partitionEnd(partition) };
  return await writing(database, async (transaction, attempt) => {
    // If the connection was lost during the commit, the file may exist already.
    const committed = attempt === 1 ? null : await findFile(transaction, statements.lockFile({ key }));
    if (committed !== null) return committed;
    const inserted = await findFile(
      transaction,
      statements.insertFile({
        key,
        partition,
        state: "claimed",
        rows: 0,
        bytes: null,
        digest: null,
        runId,
        claimedAt: at,
      }),
    );
    if (inserted === null) return null;
    await executeStatement(transaction, statements.claimReadings(inserted.fileId, span, limit));
    const claimed = await findFile(transaction, statements.countReadings(inserted.fileId));
    if (claimed !== null && claimed.rows > 0) return claimed;
    await executeStatement(transaction, statements.deleteFile(inserted.fileId));
    return null;
  });
}
