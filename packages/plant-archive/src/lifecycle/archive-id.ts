import { PlantArchiveError } from "../errors.js";
import { singleChunk } from "../object-store/single-chunk.js";
import type { ArchiveCatalog, ObjectStore } from "../ports.js";

/** The object that says which archive this is. A database notes the same, so that neither is taken for another one's. */
export const archiveIdKey = "archive.json";

export interface ArchiveParties {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
}

/**
 * Throws where a run would work on an archive that is not this database's. Changes nothing.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`
 */
export async function checkArchive({ catalog, objects }: ArchiveParties): Promise<void> {
  await isBound(catalog, objects);
}

/**
 * The same; a new archive is this database's from now on. With `adopt` any archive is, and no other database's any
 * more.
 *
 * @param archiveId what a new archive is to be called
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`, `OBJECT_INVALID`
 */
export async function bindArchive(
  { catalog, objects }: ArchiveParties,
  archiveId: string,
  adopt: boolean,
): Promise<void> {
  if (!adopt && (await isBound(catalog, objects))) return;
  // The temporary data of a killed writer would stay for ever.
  await objects.abortIncompleteUploads(archiveIdKey);
  const noted = await catalog.saveArchiveId(archiveId, { replacing: adopt });
  if ((await writeIdentity(objects, noted, adopt)) !== noted) throw foreign(objects, "taken");
}

/** `false` where neither knows of the other yet. */
async function isBound(catalog: ArchiveCatalog, objects: ObjectStore): Promise<boolean> {
  // In the order opposite to writing: what the archive says, the database it belongs to has said before.
  const found = await readIdentity(objects);
  const noted = await catalog.archiveId();
  if (found !== null && found === noted) return true;
  if (found !== null) throw foreign(objects, noted === null ? "taken" : "other");
  // A run that was killed between the two has no file yet; a database that only looks has those that were restored.
  if ((await catalog.files()).length === 0) return false;
  // They may be those of a run that has begun the archive since the first look.
  const begun = await readIdentity(objects);
  if (begun === null || begun !== (await catalog.archiveId())) throw foreign(objects, "elsewhere");
  return true;
}

const tries = 3;

/** Gives what is there in the end, which is another one where another archiver was first. */
async function writeIdentity(
  objects: ObjectStore,
  archiveId: string,
  replacing: boolean,
): Promise<string | null> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const before = replacing ? await objects.head(archiveIdKey) : null;
    const bytes = Buffer.from(formatArchiveId(archiveId));
    await objects.put(archiveIdKey, singleChunk(bytes), before === null ? {} : { ifMatch: before.etag });
    const found = await readIdentity(objects);
    if (found === archiveId || (found !== null && !replacing)) return found;
  }
  throw invalid(objects, "was written and is not there: the store does not keep what it is given");
}

async function readIdentity(objects: ObjectStore): Promise<string | null> {
  const info = await objects.head(archiveIdKey);
  if (info === null) return null;
  const text = new TextDecoder().decode(await objects.read(archiveIdKey, 0, Math.min(info.bytes, maxBytes)));
  const id = parseArchiveId(text);
  if (id === null) throw invalid(objects, "has no archive id: it is damaged, or of another program");
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

function invalid({ name }: ObjectStore, problem: string): PlantArchiveError {
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "abort",
    `${archiveIdKey} of ${name} ${problem}. No reading was touched. Get an older version of the object; where there is none: plant archive --adopt`,
  );
}

const problems = {
  taken: (name: string) => `${name} is the archive of another database`,
  other: (name: string) => `${name} is another database's archive, and this database has one of its own`,
  elsewhere: (name: string) => `${name} is not where the archived readings of this database are`,
} as const;

const advice: Readonly<Record<keyof typeof problems, string>> = {
  taken: "Check which database and which archive are meant; where",
  other: "Check which database and which archive are meant; where",
  elsewhere: "Is its disk mounted, and is it the right folder or bucket? Only where",
};

function foreign({ name }: ObjectStore, which: keyof typeof problems): PlantArchiveError {
  return new PlantArchiveError(
    "ARCHIVE_MISMATCH",
    "abort",
    `${problems[which](name)}. No reading was touched. ${advice[which]} this database is to go on in this archive from now on, and no other one: plant archive --adopt`,
  );
}
