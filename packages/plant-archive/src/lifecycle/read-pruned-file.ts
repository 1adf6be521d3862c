import type { ArchiveFile } from "../model/archive-file.js";
import { type ReadingPage, readingTable } from "../model/reading-table.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodePages } from "../parquet/decode-pages.js";
import type { ObjectStore } from "../ports.js";
import { type ObjectMismatch, verifyObject } from "./verify-object.js";

export type PrunedFileContent =
  | { readonly kind: "verified"; readings(): AsyncIterable<ReadingPage> }
  | ObjectMismatch;

/** The readings of a pruned file, after it was verified: readings of the database are deleted because of them. */
export async function readPrunedFile(
  objects: ObjectStore,
  file: ArchiveFile,
  signal?: AbortSignal,
): Promise<PrunedFileContent> {
  const expected = { rows: file.rows, digest: file.digest ?? "" };
  const verification = await verifyObject(objects, file, expected, signal);
  if (verification.kind === "mismatch") return verification;
  return {
    kind: "verified",
    async *readings() {
      yield* decodePages(readingTable, await objectSource(objects, file.key, signal));
    },
  };
}
