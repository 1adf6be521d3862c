import { Readable } from "node:stream";
import type { PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import type { PutOutcome } from "../../ports.js";
import { abortable } from "../abortable.js";
import { s3CodeOf } from "./errors.js";
import type { S3Sdk } from "./sdk.js";

/** Longer bodies are sent in parts of this length, one of them in memory at a time. */
const partBytes = 8 * 1024 * 1024;

interface Target {
  readonly Upload: S3Sdk["Upload"];
  readonly client: S3Client;
  readonly params: PutObjectCommandInput;
  /** Converts errors of the SDK. */
  readonly explain: (error: unknown) => Promise<unknown>;
}

/** Writes an object, if the conditions among the parameters are met. */
export async function upload(
  { Upload, client, params, explain }: Target,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<PutOutcome> {
  let bytes = 0;
  let failed: { readonly error: unknown } | undefined;
  async function* chunks() {
    try {
      yield* abortable(body, signal);
    } catch (error) {
      failed = { error };
      throw error;
    }
  }
  // Separate, because a destroyed stream throws an error of its own in here.
  async function* copies() {
    for await (const chunk of chunks()) {
      bytes += chunk.length;
      // A part is sent when it is full; the producer may reuse the chunk before.
      yield Buffer.from(chunk);
    }
  }
  // The signal ends the body, after which Upload cleans up and rejects. Its own abort rejects before it has cleaned up.
  const uploading = new Upload({
    client,
    params: { ...params, Body: Readable.from(copies()), ContentType: "application/octet-stream" },
    partSize: partBytes,
    queueSize: 1,
    leavePartsOnError: false,
  });
  try {
    await uploading.done();
    return { kind: "written", bytes };
  } catch (error) {
    if (failed !== undefined) throw failed.error;
    const kind = outcomes.get(s3CodeOf(error));
    if (kind === undefined) throw await explain(error);
    return { kind };
  }
}

/** Expected errors: another write was earlier or at the same moment, or the upload was aborted. */
const outcomes: ReadonlyMap<string, "exists" | "interrupted"> = new Map([
  ["PreconditionFailed", "exists"],
  // The object to replace does not exist.
  ["NoSuchKey", "exists"],
  ["NoSuchUpload", "interrupted"],
  ["ConditionalRequestConflict", "interrupted"],
]);
