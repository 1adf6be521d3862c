import type { S3Client } from "@aws-sdk/client-s3";
import type { ObjectInfo, ObjectStore, OtherEntry } from "../../ports.js";
import { checkKey, checkRange, endsBefore, isKey, objectMissing, printableName } from "../object-key.js";
import { checkAlreadyMoved } from "../resume-move.js";
import { s3CodeOf, s3Error } from "./errors.js";
import { discardBody, readBody } from "./response-body.js";
import { checkS3Location, type S3Location } from "./s3-url.js";
import { loadS3Sdk, type S3Sdk } from "./sdk.js";
import { StoppedRequest } from "./stop-requests.js";
import { upload } from "./upload.js";

/** A client, and the place and encryption of the objects. */
export interface S3ObjectStoreOptions extends Pick<S3Location, "bucket" | "prefix" | "sse" | "kmsKeyId"> {
  /** With region, endpoint, credentials, retries and time-outs; see `openS3ObjectStore`. */
  readonly client: S3Client;
}

/**
 * Objects in a bucket, on AWS or another server with the S3 API. Writes are conditional (`If-None-Match`, `If-Match`); on a
 * server that ignores conditions, the preceding lookup leaves a race between writers. Errors:
 * `DRIVER_MISSING`, `STORE_MISSING`, `STORE_FORBIDDEN`, `STORE_FULL`, `STORE_UNREACHABLE`.
 *
 * @example
 * ```ts
 * const client = new S3Client({ region: "eu-west-2" });
 * const objects = s3ObjectStore({ client, bucket: "plant-archive", prefix: "prod" });
 * ```
 */
export function s3ObjectStore({ client, ...location }: S3ObjectStoreOptions): ObjectStore {
  const { bucket: Bucket, prefix = "", sse, kmsKeyId } = checkS3Location(location);
  const root = prefix === "" ? "" : `${prefix}/`;
  const name = prefix === "" ? `s3://${Bucket}` : `s3://${Bucket}/${prefix}`;
  const encryption = {
    ...(sse !== undefined && { ServerSideEncryption: sse }),
    ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
  };
  const fullKey = (key: string) => {
    checkKey(key);
    return root + key;
  };

  const explain = async (error: unknown): Promise<unknown> => {
    if (error instanceof StoppedRequest) return error.reason;
    const endpoint = await client.config.endpoint?.().catch(() => undefined);
    const host = endpoint && [endpoint.hostname, endpoint.port].filter(Boolean).join(":");
    return s3Error(host === undefined ? name : `${name} at ${host}`, error);
  };
  const request = async <Result>(send: (sdk: S3Sdk) => Promise<Result>): Promise<Result> => {
    try {
      return await send(await loadS3Sdk());
    } catch (error) {
      throw await explain(error);
    }
  };

  async function* listFrom(
    Prefix: string,
    {
      limit,
      onOther,
    }: { limit?: number | undefined; onOther?: ((other: OtherEntry) => void) | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    let token: string | undefined;
    let previous: string | undefined;
    do {
      previous = token;
      const page = await request(({ ListObjectsV2Command }) =>
        client.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: limit, ContinuationToken: token })),
      );
      if (page.IsTruncated === undefined) throw await explain(new Error("the response is not a listing"));
      for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? []) {
        const key = Key.slice(root.length);
        // Without quotes: AWS accepts both, Ceph only this form in conditions.
        if (isKey(key)) yield { key, bytes: Size, etag: ETag.replaceAll('"', "") };
        // Consoles create empty objects such as `a/` for folders.
        else if (Size > 0 || !Key.endsWith("/")) onOther?.({ kind: "name", name: printableName(key) });
      }
      token = page.NextContinuationToken;
      if (token !== undefined && token === previous)
        throw await explain(new Error("its listing does not end"));
    } while (token !== undefined);
  }

  /**
   * By listing: a key is the first of those that begin with it. HEAD does not distinguish a missing bucket from a missing
   * object, and its errors have no code.
   */
  const head = async (key: string): Promise<ObjectInfo | null> => {
    for await (const object of listFrom(fullKey(key), { limit: 1 }))
      return object.key === key ? object : null;
    return null;
  };

  const read: ObjectStore["read"] = async (key, start, end, { signal } = {}) => {
    const Key = fullKey(key);
    checkRange(start, end);
    signal?.throwIfAborted();
    if (start === end) {
      const object = await head(key);
      if (object === null) throw objectMissing(name, key);
      if (end > object.bytes) throw endsBefore(name, key, end);
      return new Uint8Array(0);
    }
    const bytes = await request(async ({ GetObjectCommand }) => {
      try {
        const Range = `bytes=${start}-${end - 1}`;
        const command = new GetObjectCommand({ Bucket, Key, Range });
        const { Body, ContentRange = "" } = await client.send(
          command,
          signal === undefined ? {} : { abortSignal: signal },
        );
        if (!ContentRange.startsWith(`bytes ${start}-`)) {
          discardBody(Body);
          throw new Error("it sends other bytes than were requested");
        }
        return await readBody(Body, end - start, signal);
      } catch (error) {
        const code = s3CodeOf(error);
        if (code === "NoSuchKey") throw objectMissing(name, key, error);
        if (code === "InvalidRange") throw endsBefore(name, key, end);
        throw error;
      }
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    if (bytes.length !== end - start) throw endsBefore(name, key, end);
    return bytes;
  };

  /** In one request, which S3 allows for up to 5 GB. */
  const copy = (source: string, Key: string): Promise<boolean> =>
    request(async ({ CopyObjectCommand }) => {
      const CopySource = `${Bucket}/${source.split("/").map(encodeURIComponent).join("/")}`;
      const copying = new CopyObjectCommand({ Bucket, Key, CopySource, IfNoneMatch: "*", ...encryption });
      return await client.send(copying).then(() => true, falseFor("PreconditionFailed", "NoSuchKey"));
    });

  const abort = (Key: string, UploadId: string | undefined): Promise<boolean> =>
    request(({ AbortMultipartUploadCommand }) =>
      client
        .send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
        .then(() => true, falseFor("NoSuchUpload")),
    );

  return {
    name,
    head,
    read,

    async put(key, body, { ifMatch, signal } = {}) {
      const Key = fullKey(key);
      signal?.throwIfAborted();
      // For servers that ignore the condition.
      if ((await head(key))?.etag !== ifMatch) return { kind: "exists" };
      const condition = ifMatch === undefined ? { IfNoneMatch: "*" } : { IfMatch: ifMatch };
      const params = { Bucket, Key, ...condition, ...encryption };
      const { Upload } = await loadS3Sdk();
      return await upload({ Upload, client, params, explain }, body, signal);
    },

    list: (start, onOther) => listFrom(root + start, { onOther }),

    async move(from, to) {
      const [source, Key] = [fullKey(from), fullKey(to)];
      const object = await head(from);
      if (object === null || from === to) return;
      if ((await head(to)) !== null || !(await copy(source, Key)))
        await checkAlreadyMoved({ name, head, read }, object, to);
      await request(({ DeleteObjectCommand }) =>
        client.send(new DeleteObjectCommand({ Bucket, Key: source })),
      );
    },

    async abortIncompleteUploads(key) {
      const Key = fullKey(key);
      let aborted = 0;
      let [KeyMarker, UploadIdMarker]: (string | undefined)[] = [];
      let previous: string | undefined;
      do {
        previous = `${KeyMarker} ${UploadIdMarker}`;
        const page = await request(({ ListMultipartUploadsCommand }) =>
          client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key, KeyMarker, UploadIdMarker })),
        );
        for (const { Key: found, UploadId } of page.Uploads ?? [])
          if (found === Key && (await abort(Key, UploadId))) aborted += 1;
        [KeyMarker, UploadIdMarker] = page.IsTruncated ? [page.NextKeyMarker, page.NextUploadIdMarker] : [];
        if (KeyMarker !== undefined && previous === `${KeyMarker} ${UploadIdMarker}`)
          throw await explain(new Error("its listing of uploads does not end"));
      } while (KeyMarker !== undefined);
      return aborted;
    },
  };
}

/** For errors that mean that another process was faster. */
function falseFor(...codes: string[]): (error: unknown) => false {
  return (error) => {
    if (codes.includes(s3CodeOf(error))) return false;
    throw error;
  };
}
