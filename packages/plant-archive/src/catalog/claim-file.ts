import type { ArchiveFile } from "../model/archive-file.js";
import type { FileClaim } from "../ports.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile, writing } from "./transactions.js";

/**
 * Under the lock that every load takes: ids are assigned in the order of commits, so that no reading appears in the range
 * later. One of a writer without the lock would be found when the file is verified or pruned.
 */
export async function claimFile(
  database: CatalogDatabase,
  statements: CatalogStatements,
  claim: FileClaim,
  limit: number,
): Promise<ArchiveFile | null> {
  return await writing(database, async (transaction, attempt) => {
    // If the connection was lost during the commit, the file may exist already.
    const committed = attempt === 1 ? null : await findFile(transaction, statements.lockFile(claim));
    return committed ?? (await findFile(transaction, statements.claim(claim, limit)));
  });
}
