import { executeBatch } from "@lmnh/plant-schema/internal/sql";
import type { ArchiveFile } from "../model/archive-file.js";
import type { FileClaim } from "../ports.js";
import { type FileRow, toFile } from "./row-mapping.js";
import type { TableStatements } from "./statements.js";
import { type CatalogDatabase, retrying } from "./transactions.js";

/**
 * Under the lock that every load takes: ids are assigned in the order of commits, so that no reading appears in the range
 * later. One of a writer without the lock would be found when the file is verified or pruned.
 */
export async function claimFile(
  database: CatalogDatabase,
  statements: TableStatements,
  claim: FileClaim,
  limit: number,
): Promise<ArchiveFile | null> {
  return await retrying(database, async (attempt) => {
    const batch = [statements.claim(claim, limit)];
    // If the response of the commit was lost, the file exists.
    if (attempt > 1) batch.push(statements.lockFile(claim));
    const [row] = await executeBatch<FileRow>(database, batch);
    return row === undefined ? null : toFile(row);
  });
}
