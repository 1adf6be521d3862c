import {
  type ArchiveCatalog,
  archiveIdKey,
  type ObjectStore,
  requireMatchingArchive,
} from "@lmnh/plant-archive";
import type { CatalogFile } from "./sql-status-facts.js";
import type { StoreFacts, WrongFile } from "./status-facts.js";

export interface ComparedCatalog {
  readonly catalog: ArchiveCatalog;
  readonly newestFiles: readonly CatalogFile[];
}

const concurrency = 8;

/**
 * Compares the newest files of the catalog with the store by name and size, which costs a request a file and reads no
 * content. Without a catalog only the id of the archive is looked for.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH` for the archive of another database; the errors of the store
 */
export async function storeStatusFacts(
  objects: ObjectStore,
  exists: boolean,
  compared: ComparedCatalog | null,
): Promise<StoreFacts> {
  const hasId = (await objects.head(archiveIdKey)) !== null;
  if (compared !== null) await requireMatchingArchive({ catalog: compared.catalog, objects });
  const newestFiles = compared?.newestFiles ?? [];
  const wrong: WrongFile[] = [];
  const remaining = [...newestFiles];
  const compare = async () => {
    for (let file = remaining.shift(); file !== undefined; file = remaining.shift()) {
      const { key, bytes, isPruned } = file;
      const info = await objects.head(key);
      if (info?.bytes !== bytes) wrong.push({ key, isMissing: info === null, isOnlyCopy: isPruned });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, compare));
  return {
    name: objects.name,
    exists,
    compared: newestFiles.length,
    wrong: wrong.sort((a, b) => (a.key < b.key ? -1 : 1)),
    hasId,
  };
}
