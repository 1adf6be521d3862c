import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test } from "vitest";
import { limitResponses } from "../../../src/object-store/s3/response-body.js";
import { s3ObjectStore } from "../../../src/object-store/s3/s3-object-store.js";
import { stopRequests } from "../../../src/object-store/s3/stop-requests.js";
import type { ObjectStore } from "../../../src/ports.js";
import { bodyOf, keysOf } from "../../../src/testing/object-bytes.js";

let close = () => {};
afterEach(() => close());

/** A store with a signal, whose requests are never repeated by a time-out within a test. */
async function serve(handler: RequestListener) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.method ?? "");
    handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  const stop = new AbortController();
  limitResponses(client, 600_000, stop.signal);
  stopRequests(client, stop.signal, 100);
  close = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  const requested = once(server, "request");
  return { store: s3ObjectStore({ client, bucket: "lmnh" }), stop, requests, requested };
}

const reads: Readonly<Record<string, (store: ObjectStore) => Promise<unknown>>> = {
  head: (store) => store.head("k"),
  list: (store) => keysOf(store),
  read: (store) => store.read("k", 0, 5),
};

describe("stopRequests", () => {
  test.each(Object.keys(reads))(
    "ends %s at a server that does not respond, without a repetition",
    async (name) => {
      const { store, stop, requests, requested } = await serve(() => {});
      const reading = reads[name]?.(store);
      const ended = expect(reading).rejects.toBe("stopped");
      await requested;
      stop.abort("stopped");
      await ended;
      await expect(store.head("k")).rejects.toBe("stopped");
      expect(requests).toHaveLength(1);
    },
  );

  test("ends a response that stalls", async () => {
    const { store, stop, requests, requested } = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/xml" });
      response.write("<ListBucketResult>");
    });
    const ended = expect(keysOf(store)).rejects.toBe("stopped");
    await requested;
    // The response may begin before or after the signal.
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort("stopped");
    await ended;
    expect(requests).toHaveLength(1);
  });

  test("lets a write finish, and ends one that does not", async () => {
    let finish = () => {};
    const empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    const { store, stop, requests } = await serve((request, response) => {
      request.resume();
      if (request.method === "GET") response.end(empty);
      else if (request.url?.startsWith("/lmnh/good")) finish = () => response.end();
    });
    const [good, bad] = [store.put("good", bodyOf("x")), store.put("bad", bodyOf("x"))];
    const ended = expect(bad).rejects.toBe("stopped");
    await expect.poll(() => requests.filter((method) => method === "PUT").length).toBe(2);
    stop.abort("stopped");
    finish();
    expect(await good).toEqual({ kind: "written", bytes: 1 });
    await ended;
    expect(requests.filter((method) => method === "PUT")).toHaveLength(2);
  });
});
