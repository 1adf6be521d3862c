import { executeBatch, type Statement } from "@lmnh/plant-schema/internal/sql";
import type { ArchiveFile } from "../model/archive-file.js";
import type { FileRow } from "./row-mapping.js";
import type { TableStatements } from "./statements.js";
import { type CatalogDatabase, retrying } from "./transactions.js";

/**
 * Runs a conditional change of the state of a file. `false` if the file has another state, unless a retry finds it in the
 * new one: then an earlier attempt was committed, and its response lost.
 */
export async function changeState(
  database: CatalogDatabase,
  statements: TableStatements,
  { fileId }: Pick<ArchiveFile, "fileId">,
  state: ArchiveFile["state"],
  change: Statement,
): Promise<boolean> {
  return await retrying(database, async (attempt) => {
    const batch = attempt === 1 ? [change] : [change, statements.lockFile({ fileId })];
    const [row] = await executeBatch<FileRow>(database, batch);
    return row?.state === state;
  });
}
