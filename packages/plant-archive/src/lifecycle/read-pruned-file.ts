import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodeReadings } from "../parquet/decode-readings.js";
import type { ObjectStore } from "../ports.js";
import { type ObjectMismatch, verifyObject } from "./verify-object.js";

export type PrunedFileContent =
  | { readonly kind: "verified"; readings(): AsyncIterable<readonly ArchivedReading[]> }
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
      yield* decodeReadings(await objectSource(objects, file.key, signal));
    },
  };
}
