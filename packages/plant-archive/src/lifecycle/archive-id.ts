import { PlantArchiveError } from "../errors.js";
import { type ArchivedTable, rowsOf } from "../model/archived-table.js";
import { singleChunk } from "../object-store/single-chunk.js";
import type { ObjectStore, TableCatalog } from "../ports.js";

/** Contains the id of the archive. The database has the same id, so that neither is used with another one. */
export const archiveIdKey = "archive.json";

/** A database and an object store that may belong together. */
export interface ArchiveParties {
  /** The database. */
  readonly catalog: TableCatalog;
  /** The archive. */
  readonly objects: ObjectStore;
}

/**
 * Throws if the archive is not the one of this database. Changes nothing.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`, `ARCHIVE_ID_INVALID`, `STORE_…`
 */
export async function requireMatchingArchive({ catalog, objects }: ArchiveParties): Promise<void> {
  await isBound({ catalog, objects });
}

/**
 * The same, and binds a new archive to this database; with `adopt` any archive, which is bound to no other one then.
 *
 * @param archiveId the id of a new archive
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`, `ARCHIVE_ID_INVALID`, `OBJECT_INVALID` if the store does not keep the id
 */
export async function bindArchive(
  { catalog, objects }: ArchiveParties,
  archiveId: string,
  adopt: boolean,
): Promise<void> {
  if (!adopt && (await isBound({ catalog, objects }))) return;
  // The temporary data of a killed writer would stay for ever.
  await objects.abortIncompleteUploads(archiveIdKey);
  const saved = await catalog.saveArchiveId(archiveId, { replacing: adopt });
  if ((await writeArchiveId(objects, saved, adopt)) !== saved) throw mismatch({ catalog, objects }, "taken");
}

/** `false` if neither the database nor the archive has an id. */
async function isBound({ catalog, objects }: ArchiveParties): Promise<boolean> {
  // In the opposite order of writing: the id in the archive is in its database already.
  const found = await readArchiveId(objects);
  const saved = await catalog.archiveId();
  if (found !== null && found === saved) return true;
  if (found !== null) throw mismatch({ catalog, objects }, saved === null ? "taken" : "other");
  // A run that was killed between the two writes has no files yet; a database with restored files has some.
  if ((await catalog.files()).length === 0) return false;
  // They may be of a run that created the archive since it was read.
  const created = await readArchiveId(objects);
  if (created === null || created !== (await catalog.archiveId()))
    throw mismatch({ catalog, objects }, "elsewhere");
  return true;
}

const maxAttempts = 3;

/** Returns the stored id, which is another one if another archiver was first. */
async function writeArchiveId(
  objects: ObjectStore,
  archiveId: string,
  replacing: boolean,
): Promise<string | null> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const before = replacing ? await objects.head(archiveIdKey) : null;
    const bytes = Buffer.from(formatArchiveId(archiveId));
    await objects.put(archiveIdKey, singleChunk(bytes), before === null ? {} : { ifMatch: before.etag });
    const found = await readArchiveId(objects);
    if (found === archiveId || (found !== null && !replacing)) return found;
  }
  throw new PlantArchiveError(
    "OBJECT_INVALID",
    "abort",
    `${archiveIdKey} of ${objects.name} was written and is missing: the store does not keep what is written. No data was touched.`,
  );
}

/** @throws PlantArchiveError `ARCHIVE_ID_INVALID` */
export async function readArchiveId(objects: ObjectStore): Promise<string | null> {
  const info = await objects.head(archiveIdKey);
  if (info === null) return null;
  const text = new TextDecoder().decode(await objects.read(archiveIdKey, 0, Math.min(info.bytes, maxBytes)));
  const id = parseArchiveId(text);
  if (id === null)
    throw new PlantArchiveError(
      "ARCHIVE_ID_INVALID",
      "abort",
      `${archiveIdKey} of ${objects.name} does not contain an archive id: it is damaged, or of another program. No data was touched. Restore an older version of the object if there is one.`,
    );
  return id;
}

const maxBytes = 1000;

function formatArchiveId(archiveId: string): string {
  return `${JSON.stringify({ archive_id: archiveId })}\n`;
}

function parseArchiveId(text: string): string | null {
  try {
    const { archive_id: id } = JSON.parse(text) as { readonly archive_id?: unknown };
    return typeof id === "string" ? id : null;
  } catch {
    return null;
  }
}

const mismatches: Readonly<
  Record<"taken" | "other" | "elsewhere", (name: string, table: ArchivedTable) => string>
> = {
  taken: (name) =>
    `${name} is the archive of another database. No data was touched. Check the database and the archive.`,
  other: (name) =>
    `${name} is another database's archive, and this database has its own. No data was touched. Check the database and the archive.`,
  elsewhere: (name, table) =>
    `${name} is not where the archived ${rowsOf(table)} of this database are. No data was touched. Check that its disk is mounted and that it is the right folder or bucket.`,
};

function mismatch({ catalog, objects }: ArchiveParties, kind: keyof typeof mismatches): PlantArchiveError {
  return new PlantArchiveError("ARCHIVE_MISMATCH", "abort", mismatches[kind](objects.name, catalog.table));
}
