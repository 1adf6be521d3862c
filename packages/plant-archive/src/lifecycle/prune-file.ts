import { isObjectError } from "../errors.js";
import type { ArchiveFile, VerifiedObject } from "../model/archive-file.js";
import { rowsOf } from "../model/archived-table.js";
import type { ArchiveTools } from "./archive-tools.js";
import type { FileOutcome } from "./finalize-file.js";
import { quarantineFile } from "./quarantine-file.js";
import { verifyObject } from "./verify-object.js";

/** Verifies a file again that an earlier run has verified, because it may have changed since; quarantines it if it has. */
export async function verifyAgain(
  file: ArchiveFile,
  tools: Pick<ArchiveTools, "catalog" | "objects" | "signal">,
): Promise<FileOutcome> {
  const expected = { rows: file.rows, digest: file.digest ?? "" };
  const verification = await verifyObject(tools.objects, tools.catalog.table, file, expected, tools.signal);
  if (verification.kind === "verified") return verification;
  const { fact: reason } = verification;
  return (await quarantineFile(file, reason, tools))
    ? { kind: "quarantined", reason }
    : { kind: "contended" };
}

/**
 * - `replaced`: the object is missing or another one since it was verified; nothing was deleted
 * - `changed`: the database has other rows than the file; nothing was deleted
 * - `quarantined`: the database has more rows than the file; nothing was deleted, and the next run archives them
 * - `contended`: another archiver changed the state
 */
export type PrunedFile =
  | { readonly kind: "pruned"; readonly rows: number }
  | { readonly kind: "replaced" | "changed" | "quarantined"; readonly reason: string }
  | { readonly kind: "contended" };

/** Deletes a file's rows from the database, if the store still has the object that was verified. */
export async function pruneFile(
  { file, etag }: VerifiedObject,
  { catalog, objects, now }: Pick<ArchiveTools, "catalog" | "objects" | "now">,
): Promise<PrunedFile> {
  const object = await objects.head(file.key).catch((error: unknown) => {
    if (isObjectError(error)) return null;
    throw error;
  });
  if (object === null || object.bytes !== file.bytes || object.etag !== etag) {
    const change = object === null ? "is no longer there" : "was replaced";
    return {
      kind: "replaced",
      reason: `${file.key} was verified and then ${change}: ${objects.name} does not keep what is written. Its ${rowsOf(catalog.table)} stay in the database, and no further file was pruned. Check the store, then archive again.`,
    };
  }
  const outcome = await catalog.prune(file, now());
  switch (outcome.kind) {
    case "pruned":
      return outcome;
    case "elsewhere":
      return { kind: "contended" };
    case "changed":
      // Its rows are all in the database. With fewer there, the file has the only copy of some, and stays.
      if (outcome.rows > file.rows) {
        const reason = `${file.key} has ${file.rows} of the ${outcome.rows} ${rowsOf(catalog.table)} that it covers: the others appeared later`;
        return (await quarantineFile(file, reason, { catalog, objects }))
          ? { kind: "quarantined", reason }
          : { kind: "contended" };
      }
      return {
        kind: "changed",
        reason: `${file.key} has ${file.rows} ${rowsOf(catalog.table)}, and the database has ${outcome.rows} or other ones in its place: they were changed since they were archived. They stay in the database; a deep verification compares them.`,
      };
  }
}
