import http from "node:http";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { ask, eventually } from "./support/client.js";
import { startSimulator } from "./support/start-simulator.js";

describe("the simulator's pace", () => {
  it("serves so many at once and lets the rest wait", async () => {
    const simulator = await startSimulator({ latencyMs: [100, 100], maxConcurrent: 2 });
    const started = performance.now();
    const responses = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => ask(`${simulator.url}/${id}`)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    // Six in three rounds of two.
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(simulator.requests()).toEqual({ count: 6, open: 0, maxOpen: 6 });
  });

  it("serves a request however many others are open where there is no limit", async () => {
    const simulator = await startSimulator({ script: { 8: { kind: "hang" } } });
    const stop = new AbortController();
    const hanging = Array.from({ length: 20 }, () => ask(`${simulator.url}/8`, { signal: stop.signal }));
    await eventually(() => simulator.requests().open === 20);
    expect((await ask(`${simulator.url}/9`)).status).toBe(200);
    stop.abort();
    expect(await Promise.allSettled(hanging)).toHaveLength(20);
  });

  it("takes between the shortest and the longest latency", async () => {
    const { url } = await startSimulator({ latencyMs: [20, 120] });
    const times = await Promise.all(
      [...Array(30).keys()].map(async (id) => {
        const started = performance.now();
        await ask(`${url}/${id + 1}`);
        return performance.now() - started;
      }),
    );
    expect(Math.min(...times)).toBeGreaterThan(18);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(30);
  });

  it("sets many of its timers to a millisecond less, because timers fire late", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    const { url } = await startSimulator({ latencyMs: [20, 20] });
    for (let id = 1; id <= 60; id++) await ask(`${url}/${id}`);
    const set = timers.mock.calls.map(([, ms]) => ms);
    timers.mockRestore();
    // Rounded to the nearest, a timer would be set to 20 unless the response took half a millisecond to make.
    expect(set.filter((ms) => ms !== undefined && ms > 0 && ms < 20).length).toBeGreaterThan(20);
  });

  it("counts the most requests open at once, which shows a client's own limit", async () => {
    const simulator = await startSimulator({ latencyMs: [5, 5] });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
    await Promise.all([...Array(30).keys()].map((id) => ask(`${simulator.url}/${id + 1}`, { agent })));
    agent.destroy();
    expect(simulator.requests()).toEqual({ count: 30, open: 0, maxOpen: 3 });
  });

  it("gives the place of a client that left to the next, whether it was served or waited", async () => {
    const simulator = await startSimulator({ maxConcurrent: 1, script: { 8: { kind: "hang" } } });
    const [first, second] = [new AbortController(), new AbortController()];
    const hanging = ask(`${simulator.url}/8`, { signal: first.signal });
    await eventually(() => simulator.requests().open === 1);
    const waiting = ask(`${simulator.url}/9`, { signal: second.signal });
    await eventually(() => simulator.requests().open === 2);
    const patient = ask(`${simulator.url}/10`);
    await eventually(() => simulator.requests().open === 3);
    second.abort();
    await expect(waiting).rejects.toThrow("left");
    first.abort();
    await expect(hanging).rejects.toThrow("left");
    expect((await patient).status).toBe(200);
    expect((await ask(`${simulator.url}/11`)).status).toBe(200);
    expect(simulator.requests().open).toBe(0);
  });

  it("forgets a client that left: no timer of it stays", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const simulator = await startSimulator({ latencyMs: [3_000_000, 3_000_000] });
    const before = timers();
    const clients = [1, 2, 3, 4, 5].map((id) => ask(`${simulator.url}/${id}`).catch(() => "gone"));
    await eventually(() => simulator.requests().open === 5);
    // The test runner's own timers come and go.
    expect(timers()).toBeGreaterThanOrEqual(5);
    await simulator.close();
    await Promise.all(clients);
    // Turns of the event loop, because anything that polls has timers of its own.
    for (let turn = 0; turn < 10_000 && timers() > before; turn++) await setImmediate();
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describe("closing", () => {
  it("ends though clients hang, wait, read slowly or keep their connection", async () => {
    const simulator = await startSimulator({
      maxConcurrent: 4,
      script: { 1: { kind: "hang" }, 2: { kind: "slowDrip" }, 3: { kind: "hugeBody", bytes: 1e9 } },
    });
    const agent = new http.Agent({ keepAlive: true });
    await ask(`${simulator.url}/8`, { agent });
    const stalled = http.get(`${simulator.url}/3`);
    stalled.once("response", (response) => response.pause()).once("error", () => {});
    const clients = [1, 1, 2, 1].map((id) => ask(`${simulator.url}/${id}`).catch(() => "gone"));
    await eventually(() => simulator.requests().open === 5);
    await Promise.all([simulator.close(), simulator.close()]);
    await Promise.all(clients);
    stalled.destroy();
    agent.destroy();
    await expect(ask(`${simulator.url}/8`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await eventually(() => simulator.requests().open === 0);
  });
});
