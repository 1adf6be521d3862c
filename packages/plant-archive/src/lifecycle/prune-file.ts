import { isObjectError } from "../errors.js";
import type { ArchiveFile, VerifiedObject } from "../model/archive-file.js";
import type { ArchiveReportBuilder } from "../report/report-builder.js";
import type { ArchiveTools } from "./finalize-file.js";
import { quarantineFile } from "./quarantine-file.js";
import { verifyObject } from "./verify-object.js";

/**
 * Reads a file back that another run has verified, because what happened to it since is not known; `null` where it is
 * not what it was, and set aside.
 */
export async function verifyFileAgain(
  file: ArchiveFile,
  tools: ArchiveTools,
  builder: ArchiveReportBuilder,
): Promise<VerifiedObject | null> {
  const back = await verifyObject(
    tools.objects,
    file,
    { rows: file.rows, digest: file.digest ?? "" },
    tools.signal,
  );
  if (back.kind === "verified") return back;
  if (await quarantineFile(file, back.fact, tools)) builder.quarantine(file, back.fact);
  return null;
}

/**
 * Deletes a file's readings from the database. The store is asked for the object's length and tag right before: an object
 * that is gone or was replaced since it was read back is reported, and nothing is deleted.
 *
 * @returns `false` where the store no longer has what it had when the file was read back
 */
export async function pruneFile(
  { file, etag }: VerifiedObject,
  { catalog, objects, now }: ArchiveTools,
  builder: ArchiveReportBuilder,
): Promise<boolean> {
  const present = await objects.head(file.key).catch((error: unknown) => {
    if (isObjectError(error)) return null;
    throw error;
  });
  if (present === null || present.bytes !== file.bytes || present.etag !== etag) {
    const change = present === null ? "is no longer there" : "was replaced";
    builder.problem(
      file,
      `${file.key} was read back and ${change}: ${objects.name} does not keep what it is given. Its readings stay in the database, and no other file was pruned after this was found. Check the store, then archive again.`,
    );
    return false;
  }
  const outcome = await catalog.prune(file, now());
  if (outcome.kind === "pruned") builder.pruned(file, outcome.rows);
  if (outcome.kind === "changed")
    builder.problem(
      file,
      `the readings of ${file.key} that are in the database (${outcome.rows}) are not what the file holds (${file.rows}): they were changed since. They stay; compare with: plant verify --deep`,
    );
  return true;
}
