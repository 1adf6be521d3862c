import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { keepAliveFetch } from "../../src/extract/keep-alive-fetch.js";
import type { PlantResponse } from "../../src/response.js";
import { endlessClock } from "../support/fake-clock.js";
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

const codesOf = (responses: readonly PlantResponse[]) =>
  responses.map(({ outcome }) => (outcome.kind === "failed" ? outcome.code : outcome.kind));
const mebibyte = 1_048_576;

describe.each(fetches)("httpPlantSource over $fetchName", ({ fetch }) => {
  describe("with requestTimeoutMs", () => {
    const impatient = { requestTimeoutMs: 60, retry: { attempts: 2 } };

    it("aborts a request without headers, and closes the connection", async () => {
      const server = await serve(() => {});
      expect(await requestOne({ baseUrl: server.origin, fetch, ...impatient })).toMatchObject({
        attempts: 2,
        outcome: {
          kind: "failed",
          code: "timeout",
          message: "no complete response within 60 ms after 2 attempts",
        },
      });
      await until(() => server.busy === 0);
    });

    it.each([["identity"], ["gzip"]])(
      "aborts a slow body (%s), and closes the connection",
      async (encoding) => {
        const server = await serve((_request, response) => {
          const bytes = encoding === "gzip" ? gzipSync("x".repeat(1000)) : Buffer.from("x".repeat(1000));
          response.writeHead(200, { "content-encoding": encoding });
          let at = 0;
          const drip = setInterval(() => response.write(bytes.subarray(at, ++at)), 5);
          response.on("close", () => clearInterval(drip));
        });
        expect(await requestOne({ baseUrl: server.origin, fetch, ...impatient })).toMatchObject({
          attempts: 2,
          outcome: { kind: "failed", code: "timeout" },
        });
        await until(() => server.busy === 0);
      },
    );

    it("applies it to each attempt", async () => {
      let attempts = 0;
      const server = await serve((_request, response) => {
        if (++attempts > 1) sendJson(response, 200, {});
      });
      const retry = { attempts: 50 };
      const { outcome } = await requestOne({ baseUrl: server.origin, fetch, requestTimeoutMs: 200, retry });
      expect(outcome).toMatchObject({ kind: "received" });
    });
  });

  it("aborts a request without an effect on others before, beside and after it", async () => {
    const server = await serve((_request, response, id) => {
      if (id % 50 !== 0) sendJson(response, 200, {});
    });
    const limits = { requestTimeoutMs: 500, retry: { attempts: 4 } };
    const source = createSource({
      baseUrl: server.origin,
      fetch,
      ...limits,
      roster: "1-149",
      concurrency: 2,
    });
    const responses = (await collect(source)).sort((a, b) => a.plantId - b.plantId);
    expect(codesOf(responses)).toEqual(
      responses.map(({ plantId }) => (plantId % 50 === 0 ? "timeout" : "received")),
    );
  });

  describe("with maxBodyBytes", () => {
    it.each([
      [99, false],
      [100, false],
      [101, true],
    ])("reads %i of 100 bytes, cut: %j", async (length, cut) => {
      const server = await serve((_request, response) => response.end("x".repeat(length)));
      expect((await requestOne({ baseUrl: server.origin, fetch, maxBodyBytes: 100 })).outcome).toMatchObject({
        kind: "received",
        body: "x".repeat(Math.min(length, 100)),
        cut,
      });
    });

    it("does not cut within a character", async () => {
      const server = await serve((_request, response) => response.end("é".repeat(100)));
      expect((await requestOne({ baseUrl: server.origin, fetch, maxBodyBytes: 101 })).outcome).toMatchObject({
        body: "é".repeat(50),
        cut: true,
      });
    });

    it("decodes characters across chunks", async () => {
      const server = await serve((_request, response) => {
        const [first, ...others] = Buffer.from("🌱");
        response.write(Buffer.from([first ?? 0]));
        setTimeout(() => response.end(Buffer.from(others)), 10);
      });
      expect((await requestOne({ baseUrl: server.origin, fetch })).outcome).toMatchObject({ body: "🌱" });
    });

    it("neither reads nor keeps 256 MiB", async () => {
      let sent = 0;
      const server = await serve((_request, response) => {
        const chunk = Buffer.alloc(65_536, "x");
        const more = () => {
          while (sent < 256 * mebibyte && !response.destroyed) {
            sent += chunk.length;
            if (!response.write(chunk)) return void response.once("drain", more);
          }
          response.end();
        };
        more();
      });
      const before = process.memoryUsage();
      const { outcome } = await requestOne({ baseUrl: server.origin, fetch });
      const after = process.memoryUsage();
      expect(outcome).toMatchObject({ kind: "received", status: 200, cut: true });
      expect(outcome.kind === "received" && outcome.body.length).toBe(mebibyte);
      await until(() => server.busy === 0);
      expect(sent).toBeLessThan(64 * mebibyte);
      const grown = after.heapUsed + after.external - before.heapUsed - before.external;
      expect(grown).toBeLessThan(64 * mebibyte);
    });

    it("counts bytes after decompression", async () => {
      const bomb = gzipSync(Buffer.alloc(64 * mebibyte));
      const server = await serve((_request, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": bomb.length });
        response.end(bomb);
      });
      const { outcome } = await requestOne({ baseUrl: server.origin, fetch });
      expect(outcome).toMatchObject({ kind: "received", cut: true });
      expect(outcome.kind === "received" && outcome.body.length).toBe(mebibyte);
    });
  });

  describe("with concurrency", () => {
    it("sends that many requests at once", async () => {
      const server = await serve((_request, response, id) => {
        setTimeout(() => sendJson(response, 200, { id }), 5);
      });
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-200", concurrency: 8 });
      expect(await collect(source)).toHaveLength(200);
      expect(server.busiest).toBe(8);
    });

    it("yields a fast response before a slow one", async () => {
      let respondFirst = () => {};
      const server = await serve((_request, response, id) => {
        if (id === 1) respondFirst = () => sendJson(response, 200, {});
        else sendJson(response, 200, {});
      });
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-20", concurrency: 2 });
      const ids: number[] = [];
      for await (const { plantId } of source.responses(new AbortController().signal)) {
        ids.push(plantId);
        if (ids.length === 19) respondFirst();
      }
      expect(ids.at(-1)).toBe(1);
    });

    it("continues during a slow consumer, up to a limit", async () => {
      const server = await serve((_request, response, id) => {
        setTimeout(() => sendJson(response, 200, {}), id * 10);
      });
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-1000", concurrency: 4 });
      for await (const _response of source.responses(new AbortController().signal)) {
        // One handed on, four that wait, and the three that were under way when the fourth came.
        await until(() => server.paths.length === 8 && server.busy === 0);
        await new Promise((resolve) => setTimeout(resolve, 50));
        break;
      }
      expect(server.paths).toHaveLength(8);
    });

    it("requests the next plant while its consumer processes the last one, also with a concurrency of 1", async () => {
      const server = await serve((_request, response) => sendJson(response, 200, {}));
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-1000", concurrency: 1 });
      for await (const _response of source.responses(new AbortController().signal)) {
        await until(() => server.paths.length === 2);
        break;
      }
    });

    it("closes all connections when its consumer leaves", async () => {
      const server = await serve((_request, response, id) => {
        if (id === 1) sendJson(response, 200, {});
      });
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-1000", concurrency: 8 });
      for await (const _response of source.responses(new AbortController().signal)) {
        // The eight that may be under way at once, one of them in the place of the first.
        await until(() => server.paths.length === 9);
        break;
      }
      const requested = server.paths.length;
      await until(() => server.busy === 0);
      expect(server.paths).toHaveLength(requested);
    });
  });

  describe("when its signal aborts", () => {
    it("yields a response for each plant of its list, requested or not", async () => {
      const server = await serve((_request, response, id) => {
        if (id <= 5) sendJson(response, 200, {});
      });
      const controller = new AbortController();
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-500", concurrency: 4 });
      const responses: PlantResponse[] = [];
      for await (const response of source.responses(controller.signal)) {
        responses.push(response);
        if (responses.length === 5)
          void until(() => server.paths.length === 9).then(() => controller.abort());
      }
      const codes = codesOf(responses);
      expect(responses.map(({ plantId }) => plantId).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 500 }, (_, index) => index + 1),
      );
      expect(codes.filter((code) => code === "received")).toHaveLength(5);
      expect(codes.filter((code) => code === "aborted")).toHaveLength(495);
      expect(responses.filter(({ attempts }) => attempts === 0)).toHaveLength(491);
      expect(server.paths).toHaveLength(9);
      await until(() => server.busy === 0);
    });

    it("does not wait for another attempt", async () => {
      const server = await serve((_request, response) => sendJson(response, 503, {}));
      const controller = new AbortController();
      const clock = endlessClock();
      const source = createSource({ baseUrl: server.origin, fetch, roster: "1-3", clock });
      const collecting = collect(source, controller.signal);
      await until(() => clock.slept.length === 3);
      controller.abort();
      const responses = await collecting;
      expect(codesOf(responses)).toEqual(["aborted", "aborted", "aborted"]);
      expect(responses.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    });

    it("does not read a body to its end", async () => {
      const server = await serve((_request, response) => void response.write("{"));
      const controller = new AbortController();
      const collecting = collect(createSource({ baseUrl: server.origin, fetch }), controller.signal);
      await until(() => server.paths.length === 1);
      setTimeout(() => controller.abort(), 30);
      expect(codesOf(await collecting)).toEqual(["aborted"]);
      await until(() => server.busy === 0);
    });

    it("ends a discovery with the requests in progress", async () => {
      const server = await serve(() => {});
      const controller = new AbortController();
      const roster = { kind: "discover", from: 1, stopAfter: 20, upTo: 1000 } as const;
      const source = createSource({ baseUrl: server.origin, fetch, roster, concurrency: 4 });
      const collecting = collect(source, controller.signal);
      await until(() => server.paths.length === 4);
      controller.abort();
      expect(codesOf(await collecting)).toEqual(["aborted", "aborted", "aborted", "aborted"]);
    });
  });
});

describe("httpPlantSource workers", () => {
  it("send the next request as soon as one of 64 has a response", async () => {
    const open: (() => void)[] = [];
    let sent = 0;
    const fetch: typeof globalThis.fetch = async () => {
      sent++;
      await new Promise<void>((resolve) => open.push(resolve));
      return new Response("{}");
    };
    const source = createSource({ baseUrl: "http://127.0.0.1", fetch, roster: "1-200", concurrency: 64 });
    const collecting = collect(source);
    for (let received = 0; received < 200; received++) {
      await until(() => sent === Math.min(200, received + 64));
      open.shift()?.();
    }
    expect(await collecting).toHaveLength(200);
  });

  it("rethrow an internal error to the consumer", async () => {
    const server = await serve((_request, response) => sendJson(response, 503, {}));
    const defect = new Error("the clock is broken");
    const clock = { now: () => 0, sleep: async () => await Promise.reject(defect) };
    const source = createSource({ baseUrl: server.origin, clock, roster: "1-50" });
    await expect(collect(source)).rejects.toBe(defect);
  });
});

describe("keepAliveFetch", () => {
  it("is the default, and opens at most `concurrency` connections", async () => {
    const server = await serve((_request, response, id) => sendJson(response, 200, { id }));
    const source = createSource({ baseUrl: server.origin, roster: "1-200", concurrency: 8 });
    await collect(source);
    expect(server.paths).toHaveLength(200);
    expect(server.connections).toBeLessThanOrEqual(8);
  });

  it("of httpPlantSource closes its connections when the iteration ends, or its consumer leaves", async () => {
    const server = await serve((_request, response, id) => sendJson(response, 200, { id }));
    const source = createSource({ baseUrl: server.origin, roster: "1-20", concurrency: 8 });
    await collect(source);
    await until(() => server.open === 0);
    for await (const _response of source.responses(new AbortController().signal)) break;
    await until(() => server.open === 0);
  });

  it("keeps its connections for the sources that share it", async () => {
    const server = await serve((_request, response, id) => sendJson(response, 200, { id }));
    const fetch = keepAliveFetch({ maxSockets: 8 });
    for (let run = 0; run < 2; run++)
      await collect(createSource({ baseUrl: server.origin, fetch, roster: "1-20", concurrency: 8 }));
    expect(server.connections).toBeLessThanOrEqual(8);
  });

  it("reads complete chunked bodies when requests wait for connections", async () => {
    const server = await serve((_request, response, id) => {
      response.write(`{"id":${id},`);
      setImmediate(() => response.end(`"text":"${"x".repeat(70_000)}"}`));
    });
    const fetch = keepAliveFetch({ maxSockets: 2 });
    const source = createSource({ baseUrl: server.origin, fetch, roster: "1-100", concurrency: 16 });
    const responses = await collect(source);
    expect(responses.filter(({ attempts }) => attempts > 1)).toEqual([]);
    expect(server.connections).toBe(2);
  });
});
