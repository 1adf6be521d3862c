import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { keepAliveFetch } from "../../src/extract/keep-alive-fetch.js";
import { fakeClock } from "../support/fake-clock.js";
import {
  type Handler,
  type LoopbackServer,
  sendJson,
  startServer,
  until,
} from "../support/loopback-server.js";
import { collect, createSource, fetches, requestOne } from "../support/request-plants.js";

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function serve(handler: Handler): Promise<LoopbackServer> {
  const server = await startServer(handler);
  servers.push(server);
  return server;
}

/** A port of 127.0.0.1 without a server. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const sensorFault = { error: "plant sensor fault", plant_id: 1 };

describe.each(fetches)("httpPlantSource over $fetchName", ({ fetch }) => {
  describe("sends requests", () => {
    it("to {base}/{plantId}, with the given query and headers and with credentials as a header", async () => {
      const seen: unknown[] = [];
      const server = await serve((request, response) => {
        seen.push({ url: request.url, ...request.headers });
        sendJson(response, 200, {});
      });
      const baseUrl = `${server.origin.replace("//", "//curator:p%40ss@")}/api/plants/?key=7#top`;
      await requestOne({ baseUrl, fetch, headers: { "X-Museum": "Liverpool" } });
      expect(seen).toEqual([
        expect.objectContaining({
          url: "/api/plants/1?key=7",
          accept: "application/json",
          "x-museum": "Liverpool",
          authorization: `Basic ${Buffer.from("curator:p@ss").toString("base64")}`,
        }),
      ]);
    });

    it("and sets receivedAt by its clock", async () => {
      const server = await serve((_request, response) => sendJson(response, 200, {}));
      const clock = fakeClock("2026-03-01T12:34:56.789Z");
      expect((await requestOne({ baseUrl: server.origin, fetch, clock })).receivedAt).toBe(
        "2026-03-01T12:34:56.789Z",
      );
    });
  });

  describe("retries", () => {
    it.each([408, 425, 429, 500, 502, 503, 504])("after %i, until there is a response", async (status) => {
      let tries = 0;
      const server = await serve((_request, response) =>
        ++tries < 4 ? sendJson(response, status, "busy") : sendJson(response, 200, { plant_id: 1 }),
      );
      const clock = fakeClock();
      expect(await requestOne({ baseUrl: server.origin, fetch, clock })).toMatchObject({
        attempts: 4,
        outcome: { kind: "received", status: 200, body: '{"plant_id":1}', cut: false },
      });
      expect(clock.slept).toEqual([250, 500, 1000]);
    });

    it.each([
      ["7", 7000],
      ["Sun, 01 Mar 2026 12:00:09 GMT", 9000],
    ])("after 429, not before Retry-After %j", async (header, expected) => {
      let tries = 0;
      const server = await serve((_request, response) =>
        ++tries === 1 ? sendJson(response, 429, {}, { "retry-after": header }) : sendJson(response, 200, {}),
      );
      const clock = fakeClock("2026-03-01T12:00:00.000Z");
      expect((await requestOne({ baseUrl: server.origin, fetch, clock })).attempts).toBe(2);
      expect(clock.slept).toEqual([expected]);
    });

    it("after a connection that was reset before the headers", async () => {
      let tries = 0;
      const server = await serve((request, response) =>
        ++tries < 3 ? request.socket.resetAndDestroy() : sendJson(response, 200, {}),
      );
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 3,
        outcome: { kind: "received", status: 200 },
      });
    });

    it.each([
      ["closed", (socket: { end(): void }) => socket.end()],
      ["reset", (socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy()],
    ])("after a body whose connection was %s before content-length bytes", async (_how, cut) => {
      const server = await serve((request, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("{");
        setTimeout(() => cut(request.socket), 10);
      });
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 4,
        outcome: { kind: "failed", code: "network", message: expect.stringContaining("connection lost") },
      });
      expect(server.paths).toHaveLength(4);
    });

    it("after a chunked body that was cut off", async () => {
      const server = await serve((request, response) => {
        response.writeHead(200);
        response.write("{");
        setTimeout(() => request.socket.end(), 10);
      });
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 4,
        outcome: { kind: "failed", code: "network" },
      });
    });

    it("after a compressed body that was cut off, which would otherwise look complete", async () => {
      const body = gzipSync("x".repeat(100_000));
      const server = await serve((request, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": body.length });
        response.write(body.subarray(0, body.length - 20));
        setTimeout(() => request.socket.end(), 10);
      });
      expect((await requestOne({ baseUrl: server.origin, fetch })).outcome).toMatchObject({
        kind: "failed",
        code: "network",
      });
    });

    it("after a refused connection, and does not reveal the address", async () => {
      const baseUrl = `http://curator:secret@127.0.0.1:${await closedPort()}/plants?key=secret`;
      expect(await requestOne({ baseUrl, fetch })).toMatchObject({
        attempts: 4,
        outcome: {
          kind: "failed",
          code: "network",
          message: "connection refused (ECONNREFUSED) after 4 attempts",
        },
      });
    });
  });

  describe("does not retry", () => {
    it.each([
      [200, '{"plant_id":1}'],
      [200, "<html>not the API</html>"],
      [200, ""],
      [404, '{"error":"plant not found","plant_id":1}'],
      [404, "<html>no such page</html>"],
      [400, "{}"],
      [402, "{}"],
      [304, ""],
    ])("after %i with the body %j, which is the outcome", async (status, body) => {
      const server = await serve((_request, response) => response.writeHead(status).end(body));
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 1,
        outcome: { kind: "received", status, body, cut: false },
      });
      expect(server.paths).toHaveLength(1);
    });

    it.each([
      [401, "HTTP status 401: the API requires a login, or does not know the one it was given"],
      [403, "HTTP status 403: the API does not admit this login or this machine"],
    ])("after %i, which fails with the code unauthorized", async (status, message) => {
      const server = await serve((_request, response) => sendJson(response, status, { message: "no" }));
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 1,
        outcome: {
          kind: "failed",
          code: "unauthorized",
          message,
        },
      });
      expect(server.paths).toHaveLength(1);
    });

    it("after 403 with one of the API's own errors, which is the outcome", async () => {
      const body = '{"error":"plant on loan to another museum","plant_id":1}';
      const server = await serve((_request, response) => response.writeHead(403).end(body));
      expect((await requestOne({ baseUrl: server.origin, fetch })).outcome).toMatchObject({
        kind: "received",
        status: 403,
        body,
      });
    });

    it("if Retry-After exceeds maxRetryAfterMs", async () => {
      const server = await serve((_request, response) =>
        sendJson(response, 429, {}, { "retry-after": "31" }),
      );
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 1,
        outcome: { kind: "failed", code: "status", message: "HTTP status 429 after 1 attempt" },
      });
    });
  });

  describe("ends after the last attempt", () => {
    it("with the sensor fault as the outcome, because it is one of the API's own errors", async () => {
      const server = await serve((_request, response) => sendJson(response, 500, sensorFault));
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 4,
        outcome: { kind: "received", status: 500, body: JSON.stringify(sensorFault), cut: false },
      });
    });

    it.each([
      [503, "<html>Application error</html>"],
      [500, '{"error":"database on fire"}'],
      [500, "plant sensor fault"],
      [429, "{}"],
    ])("with a failure for %i with the body %j", async (status, body) => {
      const server = await serve((_request, response) => response.writeHead(status).end(body));
      expect(await requestOne({ baseUrl: server.origin, fetch, retry: { attempts: 3 } })).toMatchObject({
        attempts: 3,
        outcome: { kind: "failed", code: "status", message: `HTTP status ${status} after 3 attempts` },
      });
    });
  });

  describe("follows redirects", () => {
    it("within the origin, with its headers", async () => {
      const server = await serve((request, response) => {
        if (request.url === "/old/1") response.writeHead(301, { location: "/new/1" }).end("moved");
        else sendJson(response, 200, { authorization: request.headers.authorization });
      });
      const headers = { authorization: "Bearer secret" };
      expect(await requestOne({ baseUrl: `${server.origin}/old`, fetch, headers })).toMatchObject({
        attempts: 1,
        outcome: { kind: "received", status: 200, body: '{"authorization":"Bearer secret"}' },
      });
    });

    it("but not to another origin, which gets no request", async () => {
      const other = await serve((_request, response) => sendJson(response, 200, {}));
      const target = `${other.origin.replace("//", "//u:secret@")}/1?token=secret`;
      const server = await serve((_request, response) => response.writeHead(302, { location: target }).end());
      expect(await requestOne({ baseUrl: server.origin, fetch })).toMatchObject({
        attempts: 1,
        outcome: { kind: "failed", code: "redirect", message: `redirect to another origin, ${other.origin}` },
      });
      expect(other.connections).toBe(0);
    });

    it("at most three times", async () => {
      const server = await serve((_request, response, step) =>
        response.writeHead(307, { location: `/step/${step + 1}` }).end(),
      );
      expect((await requestOne({ baseUrl: server.origin, fetch })).outcome).toMatchObject({
        kind: "failed",
        code: "redirect",
        message: "more than 3 redirects",
      });
      expect(server.paths).toEqual(["/1", "/step/2", "/step/3", "/step/4"]);
    });

    it.each([
      ["UTF-8", Buffer.from("/caf\u00e9/2?n=\u{1f331}"), "/caf%C3%A9/2?n=%F0%9F%8C%B1"],
      ["Latin-1", Buffer.from("/caf\u00e9/2", "latin1"), "/caf%E9/2"],
      ["percent-encoding", Buffer.from("/caf%C3%A9/2"), "/caf%C3%A9/2"],
    ])("with a Location that is not ASCII, as its bytes in %s", async (_name, location, expected) => {
      const server = await serve((request, response) => {
        if (request.url === "/1") response.writeHead(302, { location: location.toString("latin1") }).end();
        else sendJson(response, 200, {});
      });
      await requestOne({ baseUrl: server.origin, fetch });
      expect(server.paths).toEqual(["/1", expected]);
    });

    it.each([[{}], [{ location: "http://" }]])("but not to nowhere: %j", async (headers) => {
      const server = await serve((_request, response) => response.writeHead(302, headers).end());
      expect((await requestOne({ baseUrl: server.origin, fetch })).outcome).toMatchObject({
        kind: "failed",
        code: "redirect",
      });
    });
  });

  it("does not request every plant if the address is unreachable", async () => {
    const baseUrl = `http://127.0.0.1:${await closedPort()}`;
    const responses = await collect(createSource({ baseUrl, fetch, roster: "1-100", concurrency: 4 }));
    expect(responses).toHaveLength(100);
    expect(new Set(responses.map(({ outcome }) => JSON.stringify(outcome)))).toEqual(
      new Set([
        '{"kind":"failed","code":"network","message":"connection refused (ECONNREFUSED) after 4 attempts"}',
      ]),
    );
    const tried = responses.filter(({ attempts }) => attempts > 0).length;
    expect(tried).toBeGreaterThanOrEqual(10);
    expect(tried).toBeLessThanOrEqual(10 + 3);
  });

  it("does not request every plant if the API refuses each request", async () => {
    const server = await serve((_request, response) => sendJson(response, 401, { message: "no" }));
    const responses = await collect(
      createSource({ baseUrl: server.origin, fetch, roster: "1-100", concurrency: 4 }),
    );
    expect(responses).toHaveLength(100);
    expect(
      responses.every(({ outcome }) => outcome.kind === "failed" && outcome.code === "unauthorized"),
    ).toBe(true);
    expect(server.paths.length).toBeLessThanOrEqual(10 + 3);
  });

  it("requests every plant if the API refuses some of them only", async () => {
    const server = await serve((_request, response, id) => sendJson(response, id === 1 ? 200 : 403, {}));
    await collect(createSource({ baseUrl: server.origin, fetch, roster: "1-30", concurrency: 1 }));
    expect(server.paths).toHaveLength(30);
  });

  it("requests every plant if one had a response before the API became unreachable", async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const responses: number[] = [];
    const source = createSource({ baseUrl: server.origin, fetch, roster: "1-30", concurrency: 1 });
    for await (const { attempts } of source.responses(new AbortController().signal)) {
      responses.push(attempts);
      if (responses.length === 1) await server.close();
    }
    expect(responses).toHaveLength(30);
    expect(Math.min(...responses)).toBe(1);
  });

  it("discovers all plants, past sensor faults and plants on loan", async () => {
    const server = await serve((_request, response, id) => {
      const missing = [7, 40, 41, 42, 43, 45].includes(id) || id > 50;
      if (id === 16 || id === 53) sendJson(response, 500, { error: "plant sensor fault", plant_id: id });
      else if (id === 44) sendJson(response, 404, { error: "plant on loan to another museum", plant_id: id });
      else if (missing) sendJson(response, 404, { error: "plant not found", plant_id: id });
      else sendJson(response, 200, { plant_id: id });
    });
    const roster = { kind: "discover", from: 1, stopAfter: 5, upTo: 10_000 } as const;
    const responses = await collect(createSource({ baseUrl: server.origin, fetch, roster, concurrency: 4 }));
    const ids = responses.map(({ plantId }) => plantId).sort((a, b) => a - b);
    // 51, 52, 54, 55 and 56 are missing; 53 does not count. Prefetched responses beyond 56 are dropped.
    expect(ids).toEqual(Array.from({ length: 56 }, (_, index) => index + 1));
  });

  it("yields the prefetched responses of an aborted discovery", async () => {
    const server = await serve((_request, response, id) => {
      if (id < 5 || id > 6) sendJson(response, 200, { plant_id: id });
    });
    const roster = { kind: "discover", from: 1, stopAfter: 1, upTo: 10_000 } as const;
    const stop = new AbortController();
    const ids: number[] = [];
    let read = 0;
    const reading: typeof globalThis.fetch = async (...request) => {
      const response = await (fetch ?? keepAliveFetch({ maxSockets: 4 }))(...request);
      const body = await response.text();
      read++;
      return new Response(body, { status: response.status });
    };
    const source = createSource({ baseUrl: server.origin, fetch: reading, roster, concurrency: 4 });
    // The source has taken over all that was read before the next timer fires.
    void until(() => read === 7)
      .then(() => sleep(1))
      .then(() => stop.abort());
    for await (const { plantId, outcome } of source.responses(stop.signal))
      if (outcome.kind === "received") ids.push(plantId);
    // 5 has no response, so the discovery does not pass it; 7, 8 and 9 were prefetched.
    expect(ids.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 7, 8, 9]);
  });

  it.each([404, 200])(
    "ends a discovery at an address that is not the API's and returns %i",
    async (status) => {
      const server = await serve((_request, response) => response.writeHead(status).end("<html></html>"));
      const roster = { kind: "discover", from: 1, stopAfter: 5, upTo: 1_000_000 } as const;
      const responses = await collect(
        createSource({ baseUrl: server.origin, fetch, roster, concurrency: 4 }),
      );
      expect(responses.length).toBeLessThan(20);
    },
  );
});
