import { isObjectError } from "./errors.js";
import type { ArchiveFile, FileState } from "./model/archive-file.js";
import type { ArchivedTable } from "./model/archived-table.js";
import { folderOf, partitionOfKey, tablePrefix } from "./model/object-keys.js";
import { type HourRange, isInRange, type Partition } from "./model/partition.js";
import { readingTable } from "./model/reading-table.js";
import { compareKeys } from "./object-store/object-key.js";
import { objectSource } from "./parquet/byte-source.js";
import { readManifest } from "./parquet/decode-pages.js";
import type { ObjectInfo, ObjectStore, TableCatalog } from "./ports.js";
import { mapConcurrently } from "./streams/map-concurrently.js";

/** Which files to list, and with which catalog to compare them. */
export interface ListArchiveOptions {
  /** The archive. */
  readonly objects: ObjectStore;
  /** The catalog of the database of this archive, whose states are listed; `null` without a database. */
  readonly catalog: Pick<TableCatalog, "files" | "table"> | null;
  /** The hours to list; all by default. */
  readonly hours?: HourRange | undefined;
  /** Ends the listing, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A file of rows, in the store or in the catalog. */
export interface ListedFile {
  /** The key of the object. */
  readonly key: string;
  /** The UTC hour of its rows. */
  readonly partition: Partition;
  /** In the catalog; `null` if it is not there. A `missing` file is in the catalog and not in the store. */
  readonly state: FileState | "missing" | null;
  /** Number of rows; `null` if the file cannot be read. */
  readonly rows: number | null;
  /** Length of the object, in bytes; `null` if it is not known. */
  readonly bytes: number | null;
  /** Why the file cannot be read, as a predicate whose subject is the key; `null` if it can, or was not read. */
  readonly problem: string | null;
}

const filesAtOnce = 8;

/**
 * The files of rows in the store, by hour. Of a file that the catalog has, nothing is read; of another one, its footer.
 * In memory are the keys of the catalog and a few files.
 *
 * @throws PlantArchiveError `STORE_…`; the signal's reason
 */
export async function* listArchive(options: ListArchiveOptions): AsyncGenerator<ListedFile, void, void> {
  const { objects, catalog, hours, signal } = options;
  const table = catalog?.table ?? readingTable;
  const isWanted = (partition: Partition) => hours === undefined || isInRange(partition, hours);
  const cataloged = ((await catalog?.files()) ?? [])
    .filter(({ partition }) => isWanted(partition))
    .sort((a, b) => compareKeys(a.key, b.key));
  const files = new Map(cataloged.map((file) => [file.key, file]));
  const listed = mapConcurrently(
    listFiles(objects, table, hours),
    filesAtOnce,
    ({ partition, info: { key, bytes } }) => describe({ key, partition, bytes }, files.get(key), options),
  );
  let next = 0;
  // Both are in the order of keys.
  const missingBefore = function* (key: string | null): Generator<ListedFile, void, void> {
    for (let file = cataloged[next]; file !== undefined; file = cataloged[++next]) {
      if (key !== null && compareKeys(file.key, key) > 0) return;
      const { partition, rows, bytes, state } = file;
      // The object of a claimed file may not be written yet; that of a quarantined one is elsewhere.
      if (file.key !== key && (state === "verified" || state === "pruned"))
        yield { key: file.key, partition, state: "missing", rows, bytes, problem: null };
    }
  };
  for await (const file of listed) {
    signal?.throwIfAborted();
    yield* missingBefore(file.key);
    yield file;
  }
  yield* missingBefore(null);
}

/**
 * The newest hour that has a file in the store; `null` if there are none. Lists all files and reads none.
 *
 * @throws PlantArchiveError `STORE_…`
 */
export async function newestArchivedHour(
  objects: ObjectStore,
  table: ArchivedTable = readingTable,
): Promise<Partition | null> {
  let newest: Partition | null = null;
  for await (const { partition } of listFiles(objects, table))
    if (newest === null || partition > newest) newest = partition;
  return newest;
}

async function* listFiles(
  objects: ObjectStore,
  table: ArchivedTable,
  hours?: HourRange,
): AsyncGenerator<{ readonly partition: Partition; readonly info: ObjectInfo }, void, void> {
  const prefix = hours === undefined ? tablePrefix(table) : commonFolder(table, hours);
  for await (const info of objects.list(prefix)) {
    const partition = partitionOfKey(info.key);
    if (partition !== null && (hours === undefined || isInRange(partition, hours))) yield { partition, info };
  }
}

/** The deepest folder that has all these hours, so that a store lists one day without all others. */
function commonFolder(table: ArchivedTable, { first, last }: HourRange): string {
  const [a, b] = [folderOf(table, first).split("/"), folderOf(table, last).split("/")];
  const different = a.findIndex((part, index) => part !== b[index]);
  return different < 0 ? a.join("/") : `${a.slice(0, different).join("/")}/`;
}

async function describe(
  file: Pick<ListedFile, "key" | "partition"> & { readonly bytes: number },
  cataloged: ArchiveFile | undefined,
  { objects, signal }: ListArchiveOptions,
): Promise<ListedFile> {
  const state = cataloged?.state ?? null;
  if (cataloged !== undefined) return { ...file, state, rows: cataloged.rows, problem: null };
  try {
    const { rows } = await readManifest(await objectSource(objects, file.key, signal));
    return { ...file, state, rows, problem: null };
  } catch (error) {
    if (!isObjectError(error)) throw error;
    return { ...file, state, rows: null, problem: error.message };
  }
}
