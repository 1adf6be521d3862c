import { PlantArchiveError } from "../errors.js";
import type { ArchiveFile, VerifiedObject } from "../model/archive-file.js";
import { startDigest } from "../model/reading-digest.js";
import { encodeReadings } from "../parquet/encode-readings.js";
import type { ArchiveCatalog, ObjectStore } from "../ports.js";
import { moveToQuarantine, quarantineFile } from "./quarantine-file.js";
import { readPrunedFile } from "./read-pruned-file.js";
import { type Expected, verifyObject } from "./verify-object.js";

export interface ArchiveTools {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** Told of readings on their way into a file. */
  readonly onRead?: (rows: number) => void;
}

/** What became of a claimed file, and of readings in it that an older file of the hour holds. */
export interface FinalizedFile {
  readonly outcome:
    | ({ readonly kind: "verified" } & VerifiedObject)
    | { readonly kind: "quarantined"; readonly reason: string }
    /** An older file of the hour, which the readings have to be compared with, is damaged: nothing was done. */
    | { readonly kind: "damaged"; readonly key: string; readonly reason: string }
    /** Another archiver is at it. */
    | { readonly kind: "left" }
    /** An older file holds all of it. */
    | { readonly kind: "empty" };
  readonly duplicates: number;
  readonly conflicts: number;
}

/** Brings a claimed file to the next state, from wherever the run that claimed it has left it. */
export async function finalizeFile(
  claimed: ArchiveFile,
  tools: ArchiveTools,
  resumed: boolean,
): Promise<FinalizedFile> {
  const { catalog } = tools;
  let file = claimed;
  let duplicates = 0;
  let conflicts = 0;
  for (const older of await catalog.files({ states: ["pruned"], partition: file.partition })) {
    const held = await readPrunedFile(tools.objects, older, tools.signal);
    if (held.kind === "mismatch")
      return { outcome: { kind: "damaged", key: older.key, reason: held.reason }, duplicates, conflicts };
    const dropped = await catalog.dropArchivedDuplicates(file, held.readings());
    duplicates += dropped.duplicates;
    conflicts += dropped.conflicts;
    if (dropped.file === null) return { outcome: { kind: "empty" }, duplicates, conflicts };
    file = dropped.file;
  }
  return { outcome: await writeAndVerify(file, tools, resumed), duplicates, conflicts };
}

async function writeAndVerify(
  file: ArchiveFile,
  tools: ArchiveTools,
  resumed: boolean,
): Promise<FinalizedFile["outcome"]> {
  const { catalog, objects, now, signal } = tools;
  const expected = await ensureObject(file, tools, resumed);
  if (expected === null) return { kind: "left" };
  // Somebody has deleted readings after they were claimed: what is left of them is for a new file.
  if (expected.rows !== file.rows)
    return await quarantineObject(
      file,
      `${file.key} was to hold ${file.rows} readings of which the database has ${expected.rows}`,
      tools,
    );
  const back = await verifyObject(objects, file, expected, signal);
  if (back.kind === "mismatch") return await quarantineObject(file, back.fact, tools);
  if (await catalog.markVerified(back.file, now())) return back;
  return await leave(file, tools);
}

async function quarantineObject(
  file: ArchiveFile,
  reason: string,
  tools: ArchiveTools,
): Promise<FinalizedFile["outcome"]> {
  return (await quarantineFile(file, reason, tools))
    ? { kind: "quarantined", reason }
    : await leave(file, tools);
}

/** Writes the object where it is not there yet, and says what it is to hold; `null` where another archiver is at it. */
async function ensureObject(
  file: ArchiveFile,
  { catalog, objects, signal, onRead }: ArchiveTools,
  resumed: boolean,
): Promise<Expected | null> {
  if (resumed) {
    // Also where the object is there: who was killed just after it came into being has left what it was made of.
    await objects.abortIncompleteUploads(file.key);
    if ((await objects.head(file.key)) !== null) return await expectedOf(file, catalog);
  }
  const { bytes, sum } = encodeReadings(counted(catalog.readings(file), onRead), file);
  try {
    const { kind } = await objects.put(file.key, bytes, signal === undefined ? {} : { signal });
    if (kind === "interrupted") return null;
    return kind === "written" ? sum() : await expectedOf(file, catalog);
  } catch (error) {
    // Whoever was first may have pruned the readings while they were being read here.
    if (!(await isClaimed(file, catalog))) return null;
    if (error instanceof PlantArchiveError && error.code === "READINGS_CHANGED") return sum();
    throw error;
  }
}

async function expectedOf(file: ArchiveFile, catalog: ArchiveCatalog): Promise<Expected> {
  const digest = startDigest();
  for await (const page of catalog.readings(file)) for (const reading of page) digest.add(reading);
  return { rows: digest.rows, digest: digest.hex() };
}

/** Another archiver took the file to its next state. Where that was aside, an object that came later goes there too. */
async function leave(
  file: ArchiveFile,
  { catalog, objects }: ArchiveTools,
): Promise<{ readonly kind: "left" }> {
  const [present] = (await catalog.files({ partition: file.partition })).filter(
    ({ key }) => key === file.key,
  );
  if (present?.state === "quarantined") await moveToQuarantine(file, objects);
  return { kind: "left" };
}

async function isClaimed(file: ArchiveFile, catalog: ArchiveCatalog): Promise<boolean> {
  const claimed = await catalog.files({ states: ["claimed"], partition: file.partition });
  return claimed.some(({ key }) => key === file.key);
}

async function* counted<Row>(
  pages: AsyncIterable<readonly Row[]>,
  onRead: (rows: number) => void = () => {},
): AsyncIterable<readonly Row[]> {
  for await (const page of pages) {
    onRead(page.length);
    yield page;
  }
}
