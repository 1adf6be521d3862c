import { isPlantArchiveError } from "../errors.js";
import type { ArchiveFile, VerifiedObject } from "../model/archive-file.js";
import { rowsOf } from "../model/archived-table.js";
import { digestOf, type RowsDigest } from "../model/page-digest.js";
import type { TablePage } from "../model/table-page.js";
import { encodePages } from "../parquet/encode-pages.js";
import type { ArchiveTools } from "./archive-tools.js";
import { moveToQuarantine, quarantineFile } from "./quarantine-file.js";
import { readPrunedFile } from "./read-pruned-file.js";
import { verifyObject } from "./verify-object.js";

/** The outcome of a claimed file, and its rows that an older file of the hour contains. */
export interface FinalizedFile {
  readonly file: ArchiveFile;
  readonly outcome: FileOutcome;
  readonly duplicates: number;
  readonly conflicts: number;
}

/**
 * - `damaged`: an older file of the hour, which the rows must be compared with, is damaged; nothing was done
 * - `contended`: another archiver works on the file
 * - `empty`: older files contain all of its rows
 */
export type FileOutcome =
  | ({ readonly kind: "verified" } & VerifiedObject)
  | { readonly kind: "quarantined"; readonly reason: string }
  | { readonly kind: "damaged"; readonly key: string; readonly reason: string }
  | { readonly kind: "contended" }
  | { readonly kind: "empty" };

/**
 * Takes a claimed file to its next state, whatever the run that claimed it has done.
 *
 * @param resumed whether another run claimed it
 */
export async function finalizeFile(
  claimed: ArchiveFile,
  tools: ArchiveTools,
  { resumed }: { readonly resumed: boolean },
): Promise<FinalizedFile> {
  const { catalog, objects, signal } = tools;
  let file = claimed;
  let duplicates = 0;
  let conflicts = 0;
  const end = (outcome: FileOutcome): FinalizedFile => ({ file, outcome, duplicates, conflicts });
  for (const older of await catalog.files({ states: ["pruned"], partition: file.partition })) {
    const content = await readPrunedFile(objects, catalog.table, older, signal);
    if (content.kind === "mismatch") return end({ kind: "damaged", key: older.key, reason: content.reason });
    const dropped = await catalog.dropArchivedDuplicates(file, content.rows());
    duplicates += dropped.duplicates;
    conflicts += dropped.conflicts;
    if (dropped.file === null) return end({ kind: "empty" });
    file = dropped.file;
  }
  return end(await writeAndVerify(file, tools, resumed));
}

async function writeAndVerify(
  file: ArchiveFile,
  tools: ArchiveTools,
  resumed: boolean,
): Promise<FileOutcome> {
  const { catalog, objects, now, signal } = tools;
  const expected = await ensureObject(file, tools, resumed);
  if (expected === null) return { kind: "contended" };
  // Readings were deleted after the claim: the remaining ones go to a new file.
  if (expected.rows !== file.rows)
    return await quarantineObject(
      file,
      `${file.key} was to contain ${file.rows} ${rowsOf(catalog.table)} of which the database has ${expected.rows}`,
      tools,
    );
  const verification = await verifyObject(objects, catalog.table, file, expected, signal);
  if (verification.kind === "mismatch") return await quarantineObject(file, verification.fact, tools);
  if (await catalog.markVerified(verification.file, now())) return verification;
  return await contended(file, tools);
}

async function quarantineObject(
  file: ArchiveFile,
  reason: string,
  tools: ArchiveTools,
): Promise<FileOutcome> {
  return (await quarantineFile(file, reason, tools))
    ? { kind: "quarantined", reason }
    : await contended(file, tools);
}

/** Writes the object if it is missing. Returns its expected content, or `null` if another archiver works on it. */
async function ensureObject(
  file: ArchiveFile,
  { catalog, objects, signal, onRead }: ArchiveTools,
  resumed: boolean,
): Promise<RowsDigest | null> {
  if (resumed) {
    // Even if the object exists: a writer killed right after publishing it left its temporary data.
    await objects.abortIncompleteUploads(file.key);
    if ((await objects.head(file.key)) !== null) return await digestOf(catalog.table, catalog.rows(file));
  }
  const { bytes, sum } = encodePages(catalog.table, countRows(catalog.rows(file), onRead), file);
  try {
    const { kind } = await objects.put(file.key, bytes, signal === undefined ? {} : { signal });
    if (kind === "interrupted") return null;
    return kind === "written" ? sum() : await digestOf(catalog.table, catalog.rows(file));
  } catch (error) {
    // Another archiver may have finished and pruned the file while its rows were read here.
    if ((await catalog.files({ key: file.key }))[0]?.state !== "claimed") return null;
    if (isPlantArchiveError(error) && error.code === "READINGS_CHANGED") return sum();
    throw error;
  }
}

/** Another archiver changed the state. If it quarantined the file, an object written later is moved as well. */
async function contended(file: ArchiveFile, { catalog, objects }: ArchiveTools): Promise<FileOutcome> {
  const [current] = await catalog.files({ key: file.key });
  if (current?.state === "quarantined") await moveToQuarantine(file, objects);
  return { kind: "contended" };
}

async function* countRows(
  pages: AsyncIterable<TablePage<unknown>>,
  onRead: (rows: number) => void = () => {},
): AsyncIterable<TablePage<unknown>> {
  for await (const page of pages) {
    onRead(page.length);
    yield page;
  }
}
