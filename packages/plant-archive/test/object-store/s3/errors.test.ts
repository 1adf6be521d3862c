import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { GetObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openS3ObjectStore } from "../../../src/object-store/s3/open-s3-object-store.js";
import { limitResponses } from "../../../src/object-store/s3/response-body.js";
import { s3ObjectStore } from "../../../src/object-store/s3/s3-object-store.js";
import type { ObjectStore } from "../../../src/ports.js";
import { bodyOf, keysOf, mebibyte, zeros } from "../../../src/testing/object-bytes.js";

const secrets = ["AKIASECRET", "much more secret", "session token"];
let closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

/** A store whose server responds by the handler. */
async function serve(handler: RequestListener, config: S3ClientConfig = {}) {
  const server = await listen(createServer(handler));
  return { store: storeAt(`http://127.0.0.1:${server.port}`, config), host: `127.0.0.1:${server.port}` };
}

async function listen(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address() as AddressInfo;
}

function storeAt(endpoint: string, config: S3ClientConfig = {}): ObjectStore {
  const [accessKeyId = "", secretAccessKey = "", sessionToken = ""] = secrets;
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 3,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...config,
  });
  closing.push(() => client.destroy());
  return s3ObjectStore({ client, bucket: "lmnh", prefix: "plants" });
}

/** For servers that do not respond: the time-out in milliseconds. */
const impatient = {
  requestHandler: { requestTimeout: 200, socketTimeout: 200, throwOnRequestTimeout: true },
};

/** Answers everything with an error as S3 gives it. */
function failing(status: number, code: string, inside = "", headers = {}): RequestListener {
  return (request, response) => {
    request.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/xml", ...headers });
      const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>What the\nserver says</Message>${inside}<RequestId>4442587FB7D0A2F9</RequestId></Error>`;
      response.end(request.method === "HEAD" ? undefined : xml);
    });
  };
}

const asking = {
  put: (store: ObjectStore) => store.put("k", bodyOf("x")),
  "put of many parts": (store: ObjectStore) => store.put("k", zeros(9 * mebibyte)),
  head: (store: ObjectStore) => store.head("k"),
  read: (store: ObjectStore) => store.read("k", 0, 1),
  list: (store: ObjectStore) => keysOf(store),
  move: (store: ObjectStore) => store.move("k", "l"),
  abortIncompleteUploads: (store: ObjectStore) => store.abortIncompleteUploads("k"),
};

function expectGoodMessage(message: string): void {
  expect(message).not.toContain("\n");
  expect(message).toMatch(/\.$/);
  expect(message.length).toBeLessThan(500);
  for (const secret of secrets) expect(message).not.toContain(secret);
}

describe("an error of the server is explained:", () => {
  test.each([
    [404, "NoSuchBucket", "", {}, "STORE_MISSING", "abort", /no such bucket .*create the bucket/],
    [
      403,
      "AccessDenied",
      "",
      {},
      "STORE_FORBIDDEN",
      "abort",
      /denied \(AccessDenied: What the server says\).*s3:PutObject/,
    ],
    [
      403,
      "InvalidAccessKeyId",
      "<AWSAccessKeyId>AKIASECRET</AWSAccessKeyId>",
      {},
      "STORE_FORBIDDEN",
      "abort",
      /key.*AWS_ACCESS_KEY_ID/,
    ],
    [403, "SignatureDoesNotMatch", "", {}, "STORE_FORBIDDEN", "abort", /secret key.*AWS_SECRET_ACCESS_KEY/],
    [400, "ExpiredToken", "", {}, "STORE_FORBIDDEN", "abort", /have expired.*Sign in again/],
    [403, "RequestTimeTooSkewed", "", {}, "STORE_FORBIDDEN", "abort", /clock.*NTP/],
    [
      301,
      "PermanentRedirect",
      "",
      { "x-amz-bucket-region": "eu-west-2" },
      "STORE_FORBIDDEN",
      "abort",
      /another region.*region=eu-west-2/,
    ],
    [
      400,
      "AuthorizationHeaderMalformed",
      "<Region>eu-west-2</Region>",
      {},
      "STORE_FORBIDDEN",
      "abort",
      /region=eu-west-2/,
    ],
    [301, "PermanentRedirect", "", {}, "STORE_FORBIDDEN", "abort", /Set region=…/],
    [501, "NotImplemented", "", {}, "STORE_FORBIDDEN", "abort", /conditional writes/],
    [403, "QuotaExceeded", "", {}, "STORE_FULL", "retry", /is full/],
    [418, "Teapot", "", {}, "STORE_FORBIDDEN", "abort", /responds with 418 \(Teapot: What the server says\)/],
  ] as const)("%i %s", async (status, code, inside, headers, expected, recovery, words) => {
    const { store, host } = await serve(failing(status, code, inside, headers));
    const message = expect.stringMatching(words);
    for (const ask of Object.values(asking)) {
      const error = await ask(store).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: "PlantArchiveError", code: expected, recovery, message });
      expect(error).toHaveProperty("message", expect.stringContaining(`s3://lmnh/plants at ${host}: `));
      expect(error).toHaveProperty("cause", expect.any(Error));
      if (error instanceof Error) expectGoodMessage(error.message);
    }
  });

  test("an object in cold storage is not a missing one", async () => {
    const { store } = await serve(failing(403, "InvalidObjectState"));
    await expect(store.read("k", 0, 1)).rejects.toMatchObject({
      code: "STORE_FORBIDDEN",
      message: expect.stringMatching(/cold storage/),
    });
  });
});

const silent: RequestListener = () => {};

describe("a faulty server", () => {
  test("is retried when it is busy, up to the limit", async () => {
    let busy = 2;
    const empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    const { store } = await serve((request, response) => {
      if (busy-- > 0) failing(503, "SlowDown")(request, response);
      else response.end(empty);
    });
    expect(await store.head("k")).toBeNull();
  });

  test("that stays busy is a temporary failure", async () => {
    const { store } = await serve(failing(503, "SlowDown"), { maxAttempts: 1 });
    await expect(store.head("k")).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      recovery: "retry",
      message: expect.stringMatching(/busy.*\(SlowDown\).*later/),
    });
  });

  test.each([
    ["hangs up", ((request) => request.socket.destroy()) as RequestListener, /lost.*ECONNRESET/],
    ["does not respond", silent, /does not respond.*ETIMEDOUT/],
    [
      "sends a page of its own",
      ((_request, response) => response.end("<html>Welcome</html>")) as RequestListener,
      /not one of S3/,
    ],
    [
      "talks too much",
      ((request, response) => {
        request.resume();
        const words = "Bad gateway ".repeat(100);
        response.writeHead(502).end(`<Error><Code>BadGateway</Code><Message>${words}</Message></Error>`);
      }) as RequestListener,
      /responds with 502 \(BadGateway: Bad gateway/,
    ],
  ])("%s", async (_what, handler, words) => {
    const { store } = await serve(handler, { maxAttempts: 2, ...(handler === silent && impatient) });
    for (const ask of [asking.head, asking.list, asking.put, asking.read]) {
      const error = await ask(store).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "STORE_UNREACHABLE", recovery: "retry" });
      if (error instanceof Error) expectGoodMessage(error.message);
    }
    await expect(store.head("k")).rejects.toMatchObject({ message: expect.stringMatching(words) });
  });

  test.each([
    ["is not there", "http://127.0.0.1:1", /was refused.*ECONNREFUSED/, "retry"],
    ["has no such name", "http://no-such-host.invalid", /no such host/, "retry"],
  ])("%s", async (_what, endpoint, words, recovery) => {
    const error = { code: "STORE_UNREACHABLE", recovery, message: expect.stringMatching(words) };
    await expect(storeAt(endpoint).head("k")).rejects.toMatchObject(error);
  });

  test("does not speak https", async () => {
    const { host } = await serve(failing(404, "NoSuchBucket"));
    await expect(storeAt(`https://${host}`).head("k")).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      recovery: "abort",
      message: expect.stringMatching(/cannot be verified \(EPROTO\).*certificate/),
    });
  });

  test("returns fewer bytes than requested", async () => {
    const { store } = await serve((_request, response) =>
      response.writeHead(206, { "content-range": "bytes 1-5/6" }).end("12345"),
    );
    await expect(store.read("k", 1, 9)).rejects.toMatchObject({ code: "OBJECT_INVALID" });
  });

  test.each([
    ["breaks off", (end: () => void) => setTimeout(end, 10)],
    ["falls silent", () => {}],
  ])("%s in the middle of an object", async (_what, then) => {
    const handler: RequestListener = (_request, response) => {
      response.writeHead(206, { "content-length": "8" });
      response.write("1234");
      then(() => response.destroy());
    };
    const { store } = await serve(handler, impatient);
    await expect(store.read("k", 1, 9)).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      recovery: "retry",
    });
  });
});

describe("a response that does not end is aborted:", () => {
  /** Opened as the programs open it, with time-outs that a test can wait for. */
  const open = async (handler: RequestListener) => {
    const { host } = await serve(handler);
    process.env.AWS_ACCESS_KEY_ID = "test";
    process.env.AWS_SECRET_ACCESS_KEY = "test";
    return await openS3ObjectStore(
      { bucket: "lmnh", region: "us-east-1", endpoint: `http://${host}` },
      { maxAttempts: 1, responseTimeoutMs: 50 },
    );
  };
  /** Writes a little at a time for as long as the connection is there; `ended` resolves when it is not. */
  const trickling = (head: (response: ServerResponse) => void) => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const handler: RequestListener = (_request, response) => {
      head(response);
      const timer = setInterval(() => response.write(" "), 10);
      response.on("close", () => {
        clearInterval(timer);
        end();
      });
    };
    return { handler, ended };
  };

  test("and its time limit keeps no process alive if the response is not read", async () => {
    const limitMs = 3_600_000;
    const timers = vi.spyOn(globalThis, "setTimeout");
    const { handler, ended } = trickling((response) => response.write("<Error>"));
    const client = new S3Client({
      endpoint: `http://${(await serve(handler)).host}`,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    limitResponses(client, limitMs);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "lmnh", Key: "k" }));
    const limits = timers.mock.results.filter((_, index) => timers.mock.calls[index]?.[1] === limitMs);
    timers.mockRestore();
    expect(limits.map(({ value }) => value.hasRef())).toEqual([false]);
    (Body as Readable).destroy();
    client.destroy();
    await ended;
  });

  test("of a read that trickles", async () => {
    const { handler, ended } = trickling((response) =>
      response.writeHead(206, { "content-range": "bytes 0-999999/1000000" }),
    );
    const store = await open(handler);
    await expect(store.read("k", 0, 1_000_000)).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    await ended;
  });

  test("of a listing that trickles", async () => {
    const { handler, ended } = trickling((response) => response.write("<ListBucketResult>"));
    await expect(keysOf(await open(handler))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    await ended;
  });

  test("of a fast listing without an end", async () => {
    const store = await open((_request, response) => {
      response.write("<ListBucketResult>");
      const fill = () => {
        while (!response.destroyed && response.write(Buffer.alloc(mebibyte, " ")));
      };
      response.on("drain", fill);
      fill();
    });
    await expect(keysOf(store)).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  });

  test("of a read with more bytes than requested", async () => {
    let sent = 0;
    const { store } = await serve((_request, response) => {
      response.writeHead(206, { "content-range": "bytes 0-4/5" });
      const fill = () => {
        while (!response.destroyed && response.write(Buffer.alloc(mebibyte))) sent += mebibyte;
      };
      response.on("drain", fill);
      fill();
    });
    await expect(store.read("k", 0, 5)).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining("more bytes than were requested"),
    });
    expect(sent).toBeLessThan(64 * mebibyte);
  });

  test("of a read when the signal aborts, with its reason", async () => {
    const { handler, ended } = trickling((response) =>
      response.writeHead(206, { "content-range": "bytes 0-999999/1000000" }),
    );
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { store } = await serve((request, response) => {
      handler(request, response);
      begin();
    });
    const stop = new AbortController();
    const reason = new Error("stopped");
    const reading = store.read("k", 0, 1_000_000, { signal: stop.signal });
    const before = store.read("k", 0, 1_000_000, { signal: AbortSignal.abort(reason) });
    await expect(before).rejects.toBe(reason);
    await begun;
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await ended;
  });

  test.each([
    ["objects", (store: ObjectStore) => keysOf(store), "ListBucketResult", "NextContinuationToken"],
    [
      "uploads",
      (store: ObjectStore) => store.abortIncompleteUploads("k"),
      "ListMultipartUploadsResult",
      "NextKeyMarker",
    ],
  ] as const)("a listing of %s whose next page is always the same", async (_what, ask, root, next) => {
    const { store } = await serve((_request, response) =>
      response.end(`<${root}><IsTruncated>true</IsTruncated><${next}>same</${next}></${root}>`),
    );
    await expect(ask(store)).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining("does not end"),
    });
  });

  test("a range that begins elsewhere is refused", async () => {
    const { store } = await serve((_request, response) =>
      response.writeHead(206, { "content-range": "bytes 0-7/20" }).end("12345678"),
    );
    await expect(store.read("k", 8, 16)).rejects.toMatchObject({
      message: expect.stringContaining("other bytes than were requested"),
    });
  });
});

describe("responses to a write", () => {
  const empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
  test.each([
    [412, "PreconditionFailed", "exists"],
    [409, "ConditionalRequestConflict", "interrupted"],
    [404, "NoSuchUpload", "interrupted"],
  ])("%i %s: %s", async (status, code, kind) => {
    const { store } = await serve((request, response) => {
      if (request.method === "GET") response.end(empty);
      else failing(status, code)(request, response);
    });
    expect(await store.put("k", bodyOf("x"))).toEqual({ kind });
  });

  test("412 without a body: exists", async () => {
    const { store } = await serve((request, response) => {
      if (request.method === "GET") response.end(empty);
      else request.resume().on("end", () => response.writeHead(412).end());
    });
    expect(await store.put("k", bodyOf("x"))).toEqual({ kind: "exists" });
  });
});

describe("errors of the client:", () => {
  test("no credentials", async () => {
    const none = () => Promise.reject(Object.assign(new Error("no"), { name: "CredentialsProviderError" }));
    const store = storeAt("http://127.0.0.1:1", { credentials: none });
    await expect(store.head("k")).rejects.toMatchObject({
      code: "STORE_FORBIDDEN",
      message: expect.stringMatching(/no credentials were found.*AWS_PROFILE/),
    });
  });

  test("no region", async () => {
    const region = () => Promise.reject(new Error("Region is missing"));
    await expect(storeAt("http://127.0.0.1:1", { region }).head("k")).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringMatching(/region=…/),
    });
  });

  test("a body that fails rejects with its own error", async () => {
    const failure = Object.assign(new Error("no"), { name: "NoSuchUpload" });
    async function* body() {
      yield new Uint8Array(1);
      throw failure;
    }
    const { store } = await serve((_request, response) =>
      response.end("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
    );
    await expect(store.put("k", body())).rejects.toBe(failure);
  });
});
