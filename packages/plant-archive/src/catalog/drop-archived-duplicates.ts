import { executeStatement } from "@lmnh/plant-schema";
import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { DroppedReadings } from "../ports.js";
import { chunksOf } from "./keyset-pagination.js";
import { findDuplicates, resolveDuplicates } from "./resolve-duplicates.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile, retrying, writing } from "./transactions.js";

/**
 * A transaction a page, because between two of them the older file is read from the object store, and a loader waits
 * as long as a transaction takes. Broken off, it goes on where it is begun again: what is dropped is not found twice.
 */
export async function dropArchivedDuplicates(
  database: CatalogDatabase,
  statements: CatalogStatements,
  { fileId }: ArchiveFile,
  held: AsyncIterable<readonly ArchivedReading[]>,
): Promise<DroppedReadings> {
  let file = await retrying(database, () => findFile(database.db, statements.lockFile({ fileId })));
  let duplicates = 0;
  let conflicts = 0;
  for await (const page of held)
    for (const readings of chunksOf(page)) {
      const dropped = await dropLike(database, statements, fileId, readings);
      file = dropped.file;
      duplicates += dropped.duplicates;
      conflicts += dropped.conflicts;
      if (file?.state !== "claimed") return { file, duplicates, conflicts };
    }
  return { file, duplicates, conflicts };
}

async function dropLike(
  database: CatalogDatabase,
  statements: CatalogStatements,
  fileId: number,
  readings: readonly ArchivedReading[],
): Promise<DroppedReadings> {
  return await writing(database, async (transaction) => {
    const file = await findFile(transaction, statements.lockFile({ fileId }));
    if (file?.state !== "claimed") return { file, duplicates: 0, conflicts: 0 };
    const stored = await findDuplicates(transaction, statements, readings);
    const twice = stored.filter((one) => one.fileId === fileId);
    if (twice.length === 0) return { file, duplicates: 0, conflicts: 0 };
    const gone = await resolveDuplicates(transaction, statements, twice);
    const left = await findFile(transaction, statements.countReadings(fileId));
    if (left !== null && left.rows > 0) return { file: left, ...gone };
    await executeStatement(transaction, statements.deleteFile(fileId));
    return { file: null, ...gone };
  });
}
