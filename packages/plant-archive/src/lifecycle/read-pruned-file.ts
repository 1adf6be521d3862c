import type { ArchiveFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodeReadings } from "../parquet/decode-readings.js";
import type { ObjectStore } from "../ports.js";
import { type ObjectMismatch, verifyObject } from "./verify-object.js";

export type PrunedFileContent =
  | { readonly kind: "held"; readings(): AsyncIterable<readonly ArchivedReading[]> }
  | ObjectMismatch;

/** What a pruned file holds; only when it is all there, because readings are deleted on the strength of it. */
export async function readPrunedFile(
  objects: ObjectStore,
  file: ArchiveFile,
  signal?: AbortSignal,
): Promise<PrunedFileContent> {
  const back = await verifyObject(objects, file, { rows: file.rows, digest: file.digest ?? "" }, signal);
  if (back.kind === "mismatch") return back;
  return {
    kind: "held",
    async *readings() {
      yield* decodeReadings(await objectSource(objects, file.key, signal));
    },
  };
}
