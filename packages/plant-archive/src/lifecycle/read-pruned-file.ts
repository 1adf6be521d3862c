import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedTable } from "../model/archived-table.js";
import type { TablePage } from "../model/table-page.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodePages } from "../parquet/decode-pages.js";
import type { ObjectStore } from "../ports.js";
import { type ObjectMismatch, verifyObject } from "./verify-object.js";

export type PrunedFileContent =
  | { readonly kind: "verified"; rows(): AsyncIterable<TablePage<unknown>> }
  | ObjectMismatch;

/** The rows of a pruned file, after it was verified: rows of the database are deleted because of them. */
export async function readPrunedFile(
  objects: ObjectStore,
  table: ArchivedTable,
  file: ArchiveFile,
  signal?: AbortSignal,
): Promise<PrunedFileContent> {
  const expected = { rows: file.rows, digest: file.digest ?? "" };
  const verification = await verifyObject(objects, table, file, expected, signal);
  if (verification.kind === "mismatch") return verification;
  return {
    kind: "verified",
    async *rows() {
      yield* decodePages(table, await objectSource(objects, file.key, signal));
    },
  };
}
