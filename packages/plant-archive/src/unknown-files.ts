import type { ArchiveFile, Manifest } from "./archive-file.js";
import { partitionOfKey, readingsPrefix } from "./archive-keys.js";
import { isObjectError } from "./errors.js";
import { linkProblem } from "./link-problem.js";
import { objectSource } from "./parquet/byte-source.js";
import { readManifest } from "./parquet/decode-readings.js";
import { type Partition, partitionEnd, partitionPath, partitionStart } from "./partition.js";
import type { ObjectStore, ReadingLedger } from "./ports.js";
import type { FileProblem } from "./report.js";

interface Archive {
  readonly ledger: ReadingLedger;
  readonly objects: ObjectStore;
}

export interface UnknownFiles {
  readonly problems: readonly FileProblem[];
  /** Whether one of them may contain readings of the hour, so that archiving the hour could store a reading twice. */
  readonly mayHoldReadings: boolean;
}

/**
 * What is in the folder of an hour and not in the ledger. A database that is older than its archive, such as one that was
 * made again from a backup, has readings that are in such a file. A copy of a known file, and what is not a Parquet file,
 * hold no reading that the ledger does not know.
 */
export async function findUnknownFiles(
  partition: Partition,
  { ledger, objects }: Archive,
): Promise<UnknownFiles> {
  const folder = `${readingsPrefix}${partitionPath(partition)}/`;
  const problems: FileProblem[] = [];
  let mayHoldReadings = false;
  const add = (problem: FileProblem, doubtful: boolean) => {
    problems.push(problem);
    mayHoldReadings ||= doubtful;
  };
  const keys: string[] = [];
  const onLink = (link: string) =>
    add(linkProblem(link), folder.startsWith(`${link}/`) || partitionOfKey(link) === partition);
  for await (const { key } of objects.list(folder, onLink)) keys.push(key);
  if (keys.length === 0) return { problems, mayHoldReadings };
  // After the list: a file is entered in the ledger before it is written.
  const known = new Set((await ledger.files({ partition })).map(({ key }) => key));
  for (const key of keys.filter((each) => !known.has(each))) {
    const { problem, advice, mayHoldReadings: doubtful } = await explainUnknown(key, { ledger, objects });
    const consequence = doubtful
      ? `Nothing of ${partition} is archived, because a reading could be stored twice. `
      : "";
    add({ key, reason: `${key} ${problem}. ${consequence}${advice}` }, doubtful);
  }
  return { problems, mayHoldReadings };
}

export interface UnknownFile {
  /** Goes on after the key. */
  readonly problem: string;
  /** What to do about it. */
  readonly advice: string;
  readonly mayHoldReadings: boolean;
}

/** What an object among the readings is that the ledger does not know. */
export async function explainUnknown(key: string, { ledger, objects }: Archive): Promise<UnknownFile> {
  const partition = partitionOfKey(key);
  if (partition === null) return strayFile;
  const manifest = await manifestOf(key, objects);
  if (typeof manifest === "string") return unreadable(manifest);
  const original = await findOriginal(manifest, ledger);
  if (original !== null) return copyOf(original.key);
  if (manifest.partition !== partition) return misplaced(manifest.partition);
  return {
    problem:
      "is in the archive and not in this database's ledger, which is older than its archive, or took it over",
    advice: `Enter it: ${restoreCommand(partition, partition)}`,
    mayHoldReadings: true,
  };
}

/** Files of readings that the ledger does not know, as one problem; `null` where it knows all. */
export async function findLackingFiles({ ledger, objects }: Archive): Promise<FileProblem | null> {
  const unknown = new Map<string, Partition>();
  for await (const { key } of objects.list(readingsPrefix)) {
    const partition = partitionOfKey(key);
    if (partition !== null) unknown.set(key, partition);
  }
  // After the list: a file is entered in the ledger before it is written.
  for (const { key } of await ledger.files()) unknown.delete(key);
  const [first] = unknown.keys();
  const partitions = [...unknown.values()].sort();
  const [from, to] = [partitions[0], partitions.at(-1)];
  if (first === undefined || from === undefined || to === undefined) return null;
  const named = [...unknown.keys()].slice(0, namedFiles).join(", ");
  const more = unknown.size - namedFiles;
  const files =
    unknown.size === 1 ? `1 file of ${objects.name} is` : `${unknown.size} files of ${objects.name} are`;
  return {
    key: first,
    reason: `${files} not in this database's ledger: ${named}${more > 0 ? ` and ${more} more` : ""}. Enter them: ${restoreCommand(from, to)}`,
  };
}

const namedFiles = 3;

/** A file where only files of readings should be. */
export const strayFile: UnknownFile = {
  problem: "is not a file of readings",
  advice: "Move it away; nothing in the archive depends on it.",
  mayHoldReadings: false,
};

export function copyOf(original: string): UnknownFile {
  return {
    problem: `is a copy of ${original}: it has the same readings, which must not count twice`,
    advice: "Move the copy away; where the original is damaged or missing, put the copy in its place.",
    mayHoldReadings: false,
  };
}

export function misplaced(partition: Partition): UnknownFile {
  return {
    problem: `has readings of the hour ${partition} and is in the folder of another one`,
    advice: `Move it to ${readingsPrefix}${partitionPath(partition)}/`,
    mayHoldReadings: true,
  };
}

function unreadable(reason: string): UnknownFile {
  return {
    problem: `is not in this database's ledger and cannot be read: ${reason.replace(/\.$/, "")}`,
    advice: "Where it is not of this archive, move it away.",
    mayHoldReadings: true,
  };
}

/** One line about an unknown file. */
export function describeUnknown(key: string, { problem, advice }: UnknownFile): string {
  return `${key} ${problem}. ${advice}`;
}

/** The known file that has exactly the readings of a manifest. */
export async function findOriginal(
  { key, partition, rows, digest }: Manifest,
  ledger: ReadingLedger,
): Promise<ArchiveFile | null> {
  const files = await ledger.files({ states: ["verified", "pruned"], partition });
  return files.find((file) => file.key !== key && file.rows === rows && file.digest === digest) ?? null;
}

/** What a file says of itself, or why it cannot be read. */
async function manifestOf(key: string, objects: ObjectStore): Promise<Manifest | string> {
  try {
    return await readManifest(await objectSource(objects, key));
  } catch (error) {
    if (isObjectError(error)) return error.message;
    throw error;
  }
}

function restoreCommand(first: Partition, last: Partition): string {
  const [from, to] = [partitionStart(first), partitionEnd(last)].map(
    (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`,
  );
  return `plant restore --from ${from} --to ${to}`;
}
