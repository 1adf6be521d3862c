import http from "node:http";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { eventually, get } from "./support/client.js";
import { startSimulator } from "./support/start-simulator.js";

describe("createSimulator: concurrency and latency", () => {
  it("serves maxConcurrent requests at once, and the others wait", async () => {
    const simulator = await startSimulator({ latencyMs: [100, 100], maxConcurrent: 2 });
    const started = performance.now();
    const responses = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => get(`${simulator.url}/${id}`)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    // Six in three rounds of two.
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(simulator.requests()).toEqual({ count: 6, open: 0, maxOpen: 6 });
  });

  it("serves a request beside any number of others if maxConcurrent is Infinity", async () => {
    const simulator = await startSimulator({ script: { 8: { kind: "hang" } } });
    const stop = new AbortController();
    const hanging = Array.from({ length: 20 }, () => get(`${simulator.url}/8`, { signal: stop.signal }));
    await eventually(() => simulator.requests().open === 20);
    expect((await get(`${simulator.url}/9`)).status).toBe(200);
    stop.abort();
    expect(await Promise.allSettled(hanging)).toHaveLength(20);
  });

  it("responds within the bounds of latencyMs", async () => {
    const { url } = await startSimulator({ latencyMs: [20, 120] });
    const times = await Promise.all(
      [...Array(30).keys()].map(async (id) => {
        const started = performance.now();
        await get(`${url}/${id + 1}`);
        return performance.now() - started;
      }),
    );
    expect(Math.min(...times)).toBeGreaterThan(18);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(30);
  });

  it("sets many timers to a millisecond less, because timers fire late", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    const { url } = await startSimulator({ latencyMs: [20, 20] });
    for (let id = 1; id <= 60; id++) await get(`${url}/${id}`);
    const set = timers.mock.calls.map(([, ms]) => ms);
    timers.mockRestore();
    // Rounded to the nearest, a timer would be set to 20 unless the response took half a millisecond to make.
    expect(set.filter((ms) => ms !== undefined && ms > 0 && ms < 20).length).toBeGreaterThan(20);
  });

  it("counts the maximum of open requests, which shows a client's concurrency", async () => {
    const simulator = await startSimulator({ latencyMs: [5, 5] });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
    await Promise.all([...Array(30).keys()].map((id) => get(`${simulator.url}/${id + 1}`, { agent })));
    agent.destroy();
    expect(simulator.requests()).toEqual({ count: 30, open: 0, maxOpen: 3 });
  });

  it("releases the slot of a client that disconnected while it was served or waiting", async () => {
    const simulator = await startSimulator({ maxConcurrent: 1, script: { 8: { kind: "hang" } } });
    const [first, second] = [new AbortController(), new AbortController()];
    const hanging = get(`${simulator.url}/8`, { signal: first.signal });
    await eventually(() => simulator.requests().open === 1);
    const waiting = get(`${simulator.url}/9`, { signal: second.signal });
    await eventually(() => simulator.requests().open === 2);
    const patient = get(`${simulator.url}/10`);
    await eventually(() => simulator.requests().open === 3);
    second.abort();
    await expect(waiting).rejects.toThrow("disconnected");
    first.abort();
    await expect(hanging).rejects.toThrow("disconnected");
    expect((await patient).status).toBe(200);
    expect((await get(`${simulator.url}/11`)).status).toBe(200);
    expect(simulator.requests().open).toBe(0);
  });

  it("clears the timers of a client that disconnected", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const simulator = await startSimulator({ latencyMs: [3_000_000, 3_000_000] });
    const before = timers();
    const clients = [1, 2, 3, 4, 5].map((id) => get(`${simulator.url}/${id}`).catch(() => "gone"));
    await eventually(() => simulator.requests().open === 5);
    // The test runner has timers of its own.
    expect(timers()).toBeGreaterThanOrEqual(5);
    await simulator.close();
    await Promise.all(clients);
    // Turns of the event loop, because anything that polls has timers of its own.
    for (let turn = 0; turn < 10_000 && timers() > before; turn++) await setImmediate();
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describe("Simulator.close", () => {
  it("resolves with clients that hang, wait, read slowly or keep their connection", async () => {
    const simulator = await startSimulator({
      maxConcurrent: 4,
      script: { 1: { kind: "hang" }, 2: { kind: "slowDrip" }, 3: { kind: "hugeBody", bytes: 1e9 } },
    });
    const agent = new http.Agent({ keepAlive: true });
    await get(`${simulator.url}/8`, { agent });
    const stalled = http.get(`${simulator.url}/3`);
    stalled.once("response", (response) => response.pause()).once("error", () => {});
    const clients = [1, 1, 2, 1].map((id) => get(`${simulator.url}/${id}`).catch(() => "gone"));
    await eventually(() => simulator.requests().open === 5);
    await Promise.all([simulator.close(), simulator.close()]);
    await Promise.all(clients);
    stalled.destroy();
    agent.destroy();
    await expect(get(`${simulator.url}/8`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await eventually(() => simulator.requests().open === 0);
  });
});
