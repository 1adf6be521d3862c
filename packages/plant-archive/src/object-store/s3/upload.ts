import { Readable } from "node:stream";
import type { PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import type { PutOutcome } from "../../ports.js";
import { abortable } from "../abortable.js";
import { s3CodeOf } from "./errors.js";
import type { S3Sdk } from "./sdk.js";

/** A body up to this long is one request; a longer one is sent in parts of this, one of which is in memory. */
const partBytes = 8 * 1024 * 1024;

interface Target {
  readonly Upload: S3Sdk["Upload"];
  readonly client: S3Client;
  readonly params: PutObjectCommandInput;
  /** Makes of the SDK's errors what they mean. */
  readonly explain: (error: unknown) => Promise<Error>;
}

/** Writes an object, if the conditions among the parameters hold. */
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
  // Apart from the above, because a stream that is left throws an error of its own in here.
  async function* copies() {
    for await (const chunk of chunks()) {
      bytes += chunk.length;
      // A part is sent only when it is full, and until then the body's maker goes on.
      yield Buffer.from(chunk);
    }
  }
  // The signal ends the body, upon which Upload clears up and then ends. With its own abort it ends before it has.
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

/** What is no error. A write at the same moment is not told from one before or a clearing away: look again. */
const outcomes: ReadonlyMap<string, "exists" | "interrupted"> = new Map([
  ["PreconditionFailed", "exists"],
  // The one to be replaced is gone.
  ["NoSuchKey", "exists"],
  ["NoSuchUpload", "interrupted"],
  ["ConditionalRequestConflict", "interrupted"],
]);
