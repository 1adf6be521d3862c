import { isObjectError } from "../errors.js";
import type { ArchiveFile, Manifest } from "../model/archive-file.js";
import { type ArchivedTable, rowsOf } from "../model/archived-table.js";
import { folderOf, partitionOfKey, tablePrefix } from "../model/object-keys.js";
import type { Partition } from "../model/partition.js";
import { otherEntryProblem } from "../object-store/other-entry-problem.js";
import { objectSource } from "../parquet/byte-source.js";
import { readManifest } from "../parquet/decode-pages.js";
import type { ObjectStore, OtherEntry, TableCatalog } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { forEachConcurrently } from "../streams/for-each-concurrently.js";

interface Archive {
  readonly catalog: Pick<TableCatalog, "files" | "table">;
  readonly objects: ObjectStore;
}

interface StoppableArchive extends Archive {
  readonly signal?: AbortSignal | undefined;
}

/** An object among the rows that is not in the catalog, or an entry that is not an object. */
export interface OrphanObject {
  readonly problem: FileProblem;
  /** Whether it is in the folder of the hour, is a link above it, or blocks the hour. */
  concerns(partition: Partition): boolean;
  /** Whether it may contain rows of the hour, so that archiving the hour could store a row twice. */
  blocks(partition: Partition): boolean;
}

/**
 * Lists the objects of the table and returns those that are not in the catalog, entries that are not objects, and the
 * quarantined files whose objects are still there. A database that is older than its archive, such as a restored
 * backup, may have rows that are in an orphan as well, so the orphan blocks the hour of its rows, which need not
 * be the hour of its folder. Copies of cataloged files and files of other formats block nothing.
 */
export async function inspectObjects(archive: StoppableArchive): Promise<{
  readonly orphans: readonly OrphanObject[];
  readonly quarantined: readonly ArchiveFile[];
}> {
  const { catalog, objects, signal } = archive;
  const others = new Map<string, OtherEntry>();
  const keys = new Set<string>();
  for await (const { key } of objects.list(tablePrefix(catalog.table), (other) =>
    others.set(other.name, other),
  )) {
    signal?.throwIfAborted();
    keys.add(key);
  }
  // After the list: a file is in the catalog before its object is written.
  const listed = keys.size === 0 ? [] : (await catalog.files()).filter(({ key }) => keys.has(key));
  for (const { key } of listed) keys.delete(key);
  const files = new Map<string, OrphanObject>();
  await forEachConcurrently(
    [...keys],
    filesAtOnce,
    async (key) => {
      files.set(key, toOrphanObject(key, await explainOrphan(key, archive), catalog.table));
    },
    signal,
  );
  signal?.throwIfAborted();
  return {
    orphans: [
      ...[...others.values()].map((other) => toOrphanEntry(other, catalog.table)),
      ...[...keys].flatMap((key) => files.get(key) ?? []),
    ],
    quarantined: listed.filter(({ state }) => state === "quarantined"),
  };
}

const filesAtOnce = 4;

function toOrphanObject(key: string, file: OrphanFile, table: ArchivedTable): OrphanObject {
  const { problem, advice, blocks } = file;
  const consequence = blocks === null ? "" : `${nothingArchived(blocks, table)} `;
  return {
    problem: { key, reason: `${key} ${problem}. ${consequence}${advice}` },
    concerns: (partition) => partition === blocks || key.startsWith(folderOf(table, partition)),
    blocks: (partition) => partition === blocks,
  };
}

function toOrphanEntry(other: OtherEntry, table: ArchivedTable): OrphanObject {
  const { key, reason } = otherEntryProblem(other);
  const parent = key.slice(0, key.lastIndexOf("/") + 1);
  const hour = partitionOfKey(key);
  return {
    problem: { key, reason: hour === null ? reason : `${reason} ${nothingArchived(hour, table)}` },
    concerns: (partition) => folderOf(table, partition).startsWith(parent),
    // It has the name of a file of rows, and is not read.
    blocks: (partition) => folderOf(table, partition).startsWith(`${key}/`) || hour === partition,
  };
}

function nothingArchived(hour: Partition, { rowNoun }: ArchivedTable): string {
  return `Nothing of ${hour} is archived, because a ${rowNoun} could be stored twice.`;
}

export interface OrphanFile {
  /** Continues a sentence that begins with the key. */
  readonly problem: string;
  /** What to do about it. */
  readonly advice: string;
  /** The hour of rows that only this file may contain. */
  readonly blocks: Partition | null;
}

/** Describes an object among the rows that is not in the catalog. */
export async function explainOrphan(
  key: string,
  { catalog, objects, signal }: StoppableArchive,
): Promise<OrphanFile> {
  const { table } = catalog;
  if (!key.endsWith(".parquet")) return otherFile(table);
  const partition = partitionOfKey(key);
  const manifest = await manifestOf(key, objects, signal);
  if (typeof manifest === "string")
    return partition === null ? otherFile(table) : unreadable(manifest, partition);
  const original = await findOriginal(manifest, catalog);
  if (original !== null) return copyOf(original.key, table);
  if (manifest.partition !== partition) return misplaced(manifest.partition, table);
  return {
    problem:
      "is in the archive and not in the catalog of this database, which is older than its archive, or adopted it",
    advice: restoreAdvice("it", partition, partition),
    blocks: partition,
  };
}

/** All files of rows that are not in the catalog, as one problem; `null` if there are none. */
export async function findUncatalogedFiles({ catalog, objects }: Archive): Promise<FileProblem | null> {
  const uncataloged = new Map<string, Partition>();
  for await (const { key } of objects.list(tablePrefix(catalog.table))) {
    const partition = partitionOfKey(key);
    if (partition !== null) uncataloged.set(key, partition);
  }
  // After the list: a file is in the catalog before its object is written.
  for (const { key } of await catalog.files()) uncataloged.delete(key);
  const [first] = uncataloged.keys();
  const partitions = [...uncataloged.values()].sort();
  const [from, to] = [partitions[0], partitions.at(-1)];
  if (first === undefined || from === undefined || to === undefined) return null;
  const names = [...uncataloged.keys()].slice(0, maxNames).join(", ");
  const more = uncataloged.size - maxNames;
  const files =
    uncataloged.size === 1
      ? `1 file of ${objects.name} is`
      : `${uncataloged.size} files of ${objects.name} are`;
  return {
    key: first,
    reason: `${files} not in the catalog of this database: ${names}${more > 0 ? ` and ${more} more` : ""}. ${restoreAdvice(uncataloged.size === 1 ? "it" : "them", from, to)}`,
  };
}

const maxNames = 3;

function otherFile(table: ArchivedTable): OrphanFile {
  return {
    problem: `is not a file of ${rowsOf(table)}`,
    advice: "Move it away; nothing in the archive depends on it.",
    blocks: null,
  };
}

export function copyOf(original: string, table: ArchivedTable): OrphanFile {
  return {
    problem: `is a copy of ${original}: it has the same ${rowsOf(table)}, which must not count twice`,
    advice: "Move the copy away; if the original is damaged or missing, replace it with the copy.",
    blocks: null,
  };
}

export function misplaced(partition: Partition, table: ArchivedTable): OrphanFile {
  return {
    problem: `has ${rowsOf(table)} of the hour ${partition} and is not in the folder of that hour`,
    advice: `Move it to ${folderOf(table, partition)}`,
    blocks: partition,
  };
}

function unreadable(reason: string, partition: Partition): OrphanFile {
  return {
    problem: `is not in the catalog of this database and cannot be read: ${reason.replace(/\.$/, "")}`,
    advice: "If it does not belong to this archive, move it away.",
    blocks: partition,
  };
}

/** One line about an orphan. */
export function describeOrphan(key: string, { problem, advice }: OrphanFile): string {
  return `${key} ${problem}. ${advice}`;
}

/** The cataloged file with the same rows as a manifest. */
export async function findOriginal(
  { key, partition, rows, digest }: Manifest,
  catalog: Archive["catalog"],
): Promise<ArchiveFile | null> {
  const files = await catalog.files({ states: ["verified", "pruned"], partition });
  return files.find((file) => file.key !== key && file.rows === rows && file.digest === digest) ?? null;
}

/** The manifest of a file, or why it cannot be read. */
async function manifestOf(
  key: string,
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<Manifest | string> {
  try {
    return await readManifest(await objectSource(objects, key, signal));
  } catch (error) {
    if (isObjectError(error)) return error.message;
    throw error;
  }
}

function restoreAdvice(what: "it" | "them", first: Partition, last: Partition): string {
  const hours = first === last ? first : `from ${first} to ${last}`;
  return `To add ${what} to the catalog: restore ${hours}`;
}
