import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type S3Server, startS3Server } from "@lmnh/testing/s3-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openS3ObjectStore } from "../../../src/object-store/s3/open-s3-object-store.js";
import { s3ObjectStore } from "../../../src/object-store/s3/s3-object-store.js";
import type { ObjectStore, OtherEntry } from "../../../src/ports.js";
import { bodyOf, keysOf, mebibyte, textOf, zeros } from "../../../src/testing/object-bytes.js";
import { objectStoreContract } from "../../../src/testing/object-store-contract.js";
import { buildWriter, kill, type Writer } from "../../support/killed-writer.js";

let server: S3Server;
let client: S3Client;
let store: ObjectStore;
beforeAll(async () => {
  server = await startS3Server();
  client = new S3Client({
    endpoint: server.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});
beforeEach(() => {
  server.reset();
  store = s3ObjectStore({ client, bucket: server.bucket, prefix: "museum/plants" });
});

objectStoreContract(
  { describe, test },
  {
    name: "the S3 store",
    open: async () => ({ store }),
  },
);

const writes = () => server.requests.filter(({ line }) => !line.startsWith("GET"));
const lines = () => writes().map(({ line }) => line);
const path = "/archive/museum/plants/a.parquet";

describe("the requests of the S3 store", () => {
  test("are one conditional PUT for a short object", async () => {
    await store.put("a.parquet", bodyOf("x"));
    expect(lines()).toEqual([`PUT ${path}?x-id=PutObject`]);
    expect(writes()[0]?.headers).toMatchObject({ "if-none-match": "*", "content-length": "1" });
    expect(writes()[0]?.headers).toHaveProperty("x-amz-checksum-crc32");

    const { etag = "" } = (await store.head("a.parquet")) ?? {};
    await store.put("a.parquet", bodyOf("y"), { ifMatch: etag });
    // Ceph's servers know it without quotes only.
    expect(etag).not.toContain('"');
    expect(writes()[1]?.headers).toMatchObject({ "if-match": etag });
    expect(writes()[1]?.headers).not.toHaveProperty("if-none-match");
  });

  test("are a multipart upload for a long object, with a conditional completion", async () => {
    await store.put("a.parquet", zeros(9 * mebibyte));
    const [begin, ...rest] = writes();
    const [first, second, complete] = rest.map(({ line }) => line.replace(/uploadId=[^&]*/, "uploadId=ID"));
    expect(begin?.line).toBe(`POST ${path}?uploads=`);
    expect(first).toBe(`PUT ${path}?partNumber=1&uploadId=ID&x-id=UploadPart`);
    expect(second).toBe(`PUT ${path}?partNumber=2&uploadId=ID&x-id=UploadPart`);
    expect(complete).toBe(`POST ${path}?uploadId=ID`);
    expect(rest).toHaveLength(3);
    expect(rest[2]?.headers).toMatchObject({ "if-none-match": "*" });
    for (const part of rest.slice(0, 2)) expect(part.headers).toHaveProperty("x-amz-checksum-crc32");

    const { etag = "" } = (await store.head("a.parquet")) ?? {};
    await store.put("a.parquet", zeros(9 * mebibyte), { ifMatch: etag });
    expect(writes().at(-1)?.headers).toMatchObject({ "if-match": etag });
  });

  test("have the configured encryption, also for copies", async () => {
    const encrypted = s3ObjectStore({
      client,
      bucket: server.bucket,
      sse: "aws:kms",
      kmsKeyId: "alias/plants",
    });
    await encrypted.put("a", bodyOf("x"));
    await encrypted.put("b", zeros(9 * mebibyte));
    await encrypted.move("a", "c");
    const requested = writes().filter(({ line }) =>
      /PUT .*(PutObject|CopyObject)|POST .*uploads=/.test(line),
    );
    expect(requested).toHaveLength(3);
    for (const { headers } of requested)
      expect(headers).toMatchObject({
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "alias/plants",
      });
  });

  test("read no more than a part and a chunk of the body while the server is slow", async () => {
    let pulled = 0;
    let release = () => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.onRequest = (line) => (line.includes("partNumber=1&") ? blocked : undefined);
    const body = zeros(40 * mebibyte, (count) => {
      pulled = count;
    });
    const written = store.put("a.parquet", body);
    const requested = () => expect(lines()).toContainEqual(expect.stringContaining("partNumber=1&"));
    await vi.waitFor(requested, 120_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pulled).toBeLessThanOrEqual(8 + 3);
    release();
    expect(await written).toMatchObject({ kind: "written" });
  });
});

describe("an S3 store", () => {
  test("returns exists if another writer was faster, also for a long object, and leaves no upload", async () => {
    const other = () =>
      client.send(new PutObjectCommand({ Bucket: server.bucket, Key: path.slice(9), Body: "theirs" }));
    const body = zeros(9 * mebibyte, async (pulled) => {
      if (pulled === 9) await other();
    });
    expect(await store.put("a.parquet", body)).toEqual({ kind: "exists" });
    expect(await textOf(store, "a.parquet")).toBe("theirs");
    expect(server.openUploads()).toEqual([]);
  });

  test("does not move to a key that is used meanwhile", async () => {
    await store.put("a", bodyOf("moved"));
    const taking = vi.fn(() =>
      client.send(new PutObjectCommand({ Bucket: server.bucket, Key: "museum/plants/b", Body: "taken" })),
    );
    server.onRequest = async (line) => {
      if (line.includes("x-id=CopyObject")) await taking();
    };
    await expect(store.move("a", "b")).rejects.toMatchObject({ code: "OBJECT_EXISTS" });
    expect(taking).toHaveBeenCalledOnce();
    expect([await textOf(store, "a"), await textOf(store, "b")]).toEqual(["moved", "taken"]);
  });

  test("moves nothing, without an error, if the object was moved meanwhile", async () => {
    await store.put("a", bodyOf("moved"));
    const other = s3ObjectStore({ client, bucket: server.bucket, prefix: "museum/plants" });
    let first = true;
    server.onRequest = async (line) => {
      if (!first || !line.includes("x-id=CopyObject")) return;
      first = false;
      await other.move("a", "elsewhere");
    };
    await store.move("a", "b");
    expect(await keysOf(store)).toEqual(["elsewhere"]);
  });

  test("has aborted the upload when an aborted put returns, even with a part in progress", async () => {
    const controller = new AbortController();
    server.onRequest = async (line) => {
      if (!line.includes("partNumber=1&")) return;
      controller.abort(new Error("stop"));
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await expect(store.put("a.parquet", zeros(20 * mebibyte), { signal: controller.signal })).rejects.toThrow(
      "stop",
    );
    expect(server.openUploads()).toEqual([]);
    expect(writes().at(-1)?.line).toMatch(/^DELETE .*uploadId=/);
  });

  test("lists valid keys, and reports invalid ones except for folder markers", async () => {
    const put = (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body }));
    for (const Key of ["", "a/"]) await put(`museum/plants/${Key}`, "");
    const odd = ["a/.hidden", "a//b.parquet", "a/c\\d", "a/d/"];
    for (const Key of [...odd, "../x"]) await put(`museum/plants/${Key}`, "x");
    for (const Key of ["museum/plants-2/.x", "museum/.x"]) await put(Key, "x");
    await store.put("a/b", bodyOf("x"));
    expect(await keysOf(store)).toEqual(["a/b"]);
    const found: OtherEntry[] = [];
    for await (const _ of store.list("a/", (other) => found.push(other)));
    expect(found.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(
      ["a/.hidden", "a//b.parquet", "a/c\\x5cd", "a/d/"].map((name) => `name ${name}`).sort(),
    );
    expect(await store.head("a")).toBeNull();
  });

  test("abortIncompleteUploads aborts any number of uploads, and none of another key", async () => {
    const begin = (Key: string) =>
      client.send(new CreateMultipartUploadCommand({ Bucket: server.bucket, Key: `museum/plants/${Key}` }));
    for (let upload = 0; upload < 12; upload++) await begin("a");
    await begin("a.old");
    await begin("a/b");
    expect(await store.abortIncompleteUploads("a")).toBe(12);
    expect(server.openUploads()).toEqual(["museum/plants/a.old", "museum/plants/a/b"]);
  });

  test("abortIncompleteUploads does not count an upload that is aborted meanwhile", async () => {
    const upload = { Bucket: server.bucket, Key: "museum/plants/a" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    let first = true;
    server.onRequest = async (line) => {
      if (!first || !line.startsWith("DELETE")) return;
      first = false;
      await client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }));
    };
    expect(await store.abortIncompleteUploads("a")).toBe(0);
  });

  test("can be at the top of a bucket", async () => {
    const top = s3ObjectStore({ client, bucket: server.bucket });
    await top.put("a/b", bodyOf("x"));
    expect(await keysOf(top)).toEqual(["a/b"]);
    expect(await textOf(top, "a/b")).toBe("x");
    expect(server.requests.some(({ line }) => line.startsWith("PUT /archive/a/b?"))).toBe(true);
  });

  test("is opened by a URL, with credentials from the environment", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "not to be shown");
    const port = new URL(server.endpoint).port;
    const opened = await openS3ObjectStore(
      `s3://archive/museum/plants/?endpoint=http://localhost:${port}&region=eu-west-2`,
    );
    expect(opened.name).toBe("s3://archive/museum/plants");
    await opened.put("a b", bodyOf("x"));
    expect(await textOf(store, "a b")).toBe("x");
    expect(writes()[0]?.headers.authorization).toMatch(/Credential=AKIATEST\/\d+\/eu-west-2\/s3\//);
    expect(writes()[0]?.headers.host).toBe(`localhost:${port}`);
    vi.unstubAllEnvs();
  });
});

describe("a process that is killed while it writes to S3", () => {
  let writer: Writer;
  beforeAll(async () => {
    writer = await buildWriter();
  });
  afterAll(() => writer.remove());

  test("leaves an upload that abortIncompleteUploads of its exact key removes", async () => {
    const top = s3ObjectStore({ client, bucket: server.bucket });
    const children = await Promise.all(
      ["a/x", "a/x1."].map((key) => writer.start("s3", server.endpoint, server.bucket, key)),
    );
    await vi.waitFor(() => expect(server.openUploads()).toEqual(["a/x1", "a/x1.1"]), 120_000);
    await Promise.all(children.map(kill));
    expect(await keysOf(top)).toEqual([]);
    expect(await top.abortIncompleteUploads("a/x1")).toBe(1);
    expect(server.openUploads()).toEqual(["a/x1.1"]);
    expect(await top.put("a/x1", bodyOf("new"))).toEqual({ kind: "written", bytes: 3 });
  });
});
