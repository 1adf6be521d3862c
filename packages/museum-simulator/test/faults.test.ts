import { describe, expect, it } from "vitest";
import type { Fault } from "../src/index.js";
import { eventually, get, type HttpResponse } from "./support/client.js";
import { startSimulator } from "./support/start-simulator.js";

async function requested(how: Fault, plantId = 8): Promise<HttpResponse> {
  const { url } = await startSimulator({ script: { [plantId]: how } });
  return get(`${url}/${plantId}`);
}

async function reading(how: Fault): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await requested(how);
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

describe("applyFault, as seen by an HTTP client", () => {
  it("hang: no response", async () => {
    const simulator = await startSimulator({ script: { 8: { kind: "hang" } } });
    await expect(get(`${simulator.url}/8`, { signal: AbortSignal.timeout(300) })).rejects.toThrow(
      "disconnected",
    );
  });

  it("reset: the connection is reset before the first byte", async () => {
    await expect(requested({ kind: "reset" })).rejects.toMatchObject({ code: "ECONNRESET", syscall: "read" });
  });

  it("truncated: the body is shorter than its content length", async () => {
    const { status, headers, body, complete } = await requested({ kind: "truncated" });
    expect(status).toBe(200);
    expect(complete).toBe(false);
    expect(body.length).toBeGreaterThan(100);
    expect(Number(headers["content-length"])).toBeGreaterThan(body.length);
  });

  it("truncatedJson: the body is complete and half a JSON document", async () => {
    const { status, body, complete } = await requested({ kind: "truncatedJson" });
    expect([status, complete, body.slice(0, 1)]).toEqual([200, true, "{"]);
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
  });

  it("htmlError and notJson: an HTML page with 503 and 200", async () => {
    for (const [kind, status] of [
      ["htmlError", 503],
      ["notJson", 200],
    ] as const) {
      const response = await requested({ kind });
      expect(response.status).toBe(status);
      expect(response.headers["content-type"]).toContain("text/html");
      expect(response.body).toContain("<html>");
    }
  });

  it("wrongTypes: every measurement and time has a wrong type", async () => {
    const { status, body } = await reading({ kind: "wrongTypes" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ plant_id: 8, temperature: "warm", soil_moisture: null, recording_taken: 0 });
  });

  it("nullBody and arrayBody: JSON that is not an object", async () => {
    expect((await requested({ kind: "nullBody" })).body).toBe("null");
    expect(JSON.parse((await requested({ kind: "arrayBody" })).body)).toEqual([
      expect.objectContaining({ plant_id: 8 }),
    ]);
  });

  it("hugeBody: valid JSON of the given number of bytes", async () => {
    const { status, body, headers, complete } = await requested({ kind: "hugeBody", bytes: 200_000 });
    expect([status, body.length, complete]).toEqual([200, 200_000, true]);
    expect(headers).not.toHaveProperty("content-length");
    expect(JSON.parse(body)).toBe("x".repeat(199_998));
  });

  it("hugeBody: ends when the client disconnects, and is not buffered", async () => {
    const simulator = await startSimulator({ script: { 8: { kind: "hugeBody", bytes: 1e12 } } });
    const before = process.memoryUsage().rss;
    const { body, complete } = await get(`${simulator.url}/8`, { disconnectAfterBytes: 1_000_000 });
    expect(body.length).toBeGreaterThanOrEqual(1_000_000);
    expect(complete).toBe(false);
    await eventually(() => simulator.requests().open === 0);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  it("slowDrip: one byte every 200 ms", async () => {
    const simulator = await startSimulator({ script: { 8: { kind: "slowDrip" } } });
    const started = performance.now();
    const { body } = await get(`${simulator.url}/8`, { disconnectAfterBytes: 4 });
    expect(body.length).toBe(4);
    expect(performance.now() - started).toBeGreaterThan(550);
    await eventually(() => simulator.requests().open === 0);
  });

  it("redirect and redirectSelf: 302 to the given and to the requested URL", async () => {
    const away = await requested({ kind: "redirect", location: "http://localhost:1/api/plants/8" });
    expect([away.status, away.headers.location]).toEqual([302, "http://localhost:1/api/plants/8"]);
    const here = await requested({ kind: "redirectSelf" });
    expect([here.status, here.headers.location]).toEqual([302, "/api/plants/8"]);
  });

  it("tooManyRequests: 429 with Retry-After", async () => {
    const usual = await requested({ kind: "tooManyRequests" });
    expect([usual.status, usual.headers["retry-after"]]).toEqual([429, "1"]);
    const long = await requested({ kind: "tooManyRequests", retryAfterSeconds: 30 });
    expect(long.headers["retry-after"]).toBe("30");
  });

  it("sensorFault and serverError: the API's own 500 and another", async () => {
    expect(await reading({ kind: "sensorFault" })).toEqual({
      status: 500,
      body: { error: "plant sensor fault", plant_id: 8 },
    });
    const { status, body } = await requested({ kind: "serverError" });
    expect([status, body]).toEqual([500, "Internal Server Error"]);
  });

  it("wrongPlantId, missingField and extraKey: the reading with this one change", async () => {
    const { body: good } = await reading({ kind: "extraKey", key: "unheard", value: { percent: 40 } });
    const { unheard, ...usual } = good;
    expect(unheard).toEqual({ percent: 40 });
    const withoutImages = ({ images: _images, ...rest }: Record<string, unknown>) => rest;
    const next = await reading({ kind: "wrongPlantId" });
    expect(withoutImages(next.body)).toEqual({ ...withoutImages(usual), plant_id: 9 });
    const { temperature: _temperature, ...rest } = usual;
    const missing = await reading({ kind: "missingField", field: "temperature" });
    expect(withoutImages(missing.body)).toEqual(withoutImages(rest));
  });

  it("status: the given status, content type and body", async () => {
    const teapot = await requested({
      kind: "status",
      status: 418,
      body: "short and stout",
      contentType: "text/plain",
    });
    expect([teapot.status, teapot.headers["content-type"], teapot.body]).toEqual([
      418,
      "text/plain",
      "short and stout",
    ]);
    expect((await requested({ kind: "status", status: 204, body: "" })).status).toBe(204);
  });
});

describe("the option script", () => {
  it("consumes a list one fault per request, keeps a single fault, and affects no other plant", async () => {
    const { url } = await startSimulator({
      script: { 8: [{ kind: "htmlError" }, { kind: "tooManyRequests" }], 9: { kind: "serverError" } },
    });
    const statusesOf = async (id: number) => {
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 4; attempt += 1) statuses.push((await get(`${url}/${id}`)).status);
      return statuses;
    };
    expect(await statusesOf(8)).toEqual([503, 429, 200, 200]);
    expect(await statusesOf(9)).toEqual([500, 500, 500, 500]);
    expect(await statusesOf(10)).toEqual([200, 200, 200, 200]);
  });

  it("takes precedence over random sensor faults", async () => {
    const { url } = await startSimulator({
      faultRate: 1,
      script: { 8: { kind: "extraKey", key: "a", value: 1 } },
    });
    expect((await get(`${url}/8`)).status).toBe(200);
  });
});
