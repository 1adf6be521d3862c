import { readFile } from "node:fs/promises";
import type { Clock } from "@lmnh/plant-schema";
import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { PlantEtlError } from "../src/errors.js";
import type { EtlEvent } from "../src/events.js";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import type { PlantSource } from "../src/ports.js";
import type { Report } from "../src/report.js";
import type { FailureCode, PlantResponse } from "../src/response.js";
import { type RunEnding, type RunEtlOptions, runEtl } from "../src/run-etl.js";
import { buildFailure, buildPayload, buildResponse } from "../src/testing/builders.js";
import { lmnhTransform } from "../src/transform/lmnh-transform.js";

const noon = Date.parse("2026-01-28T12:00:00.000Z");
const runId = "7b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11";

/** A stopped clock whose sleeps are resolved by the test. */
function standingClock() {
  const sleepers: (() => void)[] = [];
  const clock: Clock = {
    now: () => noon,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  return { clock, wake: () => sleepers.splice(0).map((resolve) => resolve()) };
}

function sourceOf(responses: readonly PlantResponse[]): PlantSource {
  return {
    async *responses() {
      yield* responses;
    },
  };
}

const { clock } = standingClock();
const run = (responses: readonly PlantResponse[], options: Partial<RunEtlOptions> = {}) =>
  runEtl({
    source: sourceOf(responses),
    transform: lmnhTransform(),
    store: memoryPlantStore(),
    clock,
    runId,
    ...options,
  });

const sumOf = ({ loaded, duplicates, conflicts, notices, rejected, failed }: Report) =>
  loaded +
  duplicates +
  conflicts +
  notices.notFound +
  notices.onLoan +
  notices.sensorFault +
  rejected +
  failed;

test("runEtl reports the result of every plant", async () => {
  const report = await run([
    buildResponse(1),
    buildResponse(2, buildPayload(2, { soil_moisture: -3 })),
    buildResponse(2, buildPayload(2, { soil_moisture: -3 })),
    buildResponse(3, buildPayload(3, { name: 5, mood: "good" })),
    buildResponse(4, "<html>"),
    buildResponse(7, { error: "plant not found" }, 404),
    buildResponse(16, { error: "plant sensor fault" }, 500),
    buildResponse(43, { error: "plant on loan to another museum" }, 404),
    buildFailure(44),
    buildFailure(45),
    buildFailure(50),
  ]);
  expect(report).toEqual({
    runId,
    startedAt: "2026-01-28T12:00:00.000Z",
    finishedAt: "2026-01-28T12:00:00.000Z",
    durationMs: 0,
    requested: 11,
    loaded: 3,
    duplicates: 1,
    conflicts: 0,
    flagged: 1,
    flags: {
      temperatureRange: 0,
      soilMoistureRange: 1,
      futureTime: 0,
      staleTime: 0,
      wateringTime: 0,
    },
    notices: { notFound: 1, onLoan: 1, sensorFault: 1 },
    rejected: 1,
    failed: 3,
    invalidDetails: 1,
    medianAgeMs: 877,
    outcome: "ok",
    reason: null,
    exitCode: null,
    complete: true,
    stoppedBy: null,
    sourceEnded: true,
    failures: [
      { code: "timeout", count: 3, plants: "44-45,50", message: "no complete response within 10000 ms" },
    ],
    unknownKeys: ["mood"],
    unknownKeysOmitted: 0,
  });
});

const anyResponse = fc
  .record({ plantId: fc.integer({ min: 0, max: 9 }), kind: fc.integer({ min: 0, max: 6 }) })
  .map(({ plantId, kind }) =>
    [
      buildResponse(plantId),
      buildResponse(plantId, buildPayload(plantId, { temperature: 99 })),
      buildResponse(plantId, buildPayload(plantId, { temperature: "hot" })),
      buildResponse(plantId, buildPayload(plantId, { botanist: 5 })),
      buildResponse(plantId, { error: "plant not found" }, 404),
      buildResponse(plantId, { error: "plant sensor fault" }, 500),
      buildFailure(plantId),
    ].at(kind),
  )
  .map((response) => response ?? buildFailure(0));

property(
  "runEtl: the counts add up for any responses and batch size",
  [fc.array(anyResponse, { maxLength: 30 }), fc.integer({ min: 1, max: 7 })],
  async (responses, batchSize) => {
    const store = memoryPlantStore();
    const report = await run(responses, { store, batchSize });
    expect(sumOf(report)).toBe(responses.length);
    expect(report.requested).toBe(responses.length);
    expect(report.loaded).toBe(store.state().readings.length);
    expect(report.flagged).toBe(store.state().readings.filter((reading) => reading.qualityFlag !== 0).length);
  },
);

test("runEtl over the same responses again loads nothing and changes nothing", async () => {
  const store = memoryPlantStore();
  const responses = [buildResponse(1), buildResponse(2), buildResponse(7, { error: "plant not found" }, 404)];
  const first = await run(responses, { store });
  const { runs: _first, ...before } = store.state();
  const second = await run(responses, { store, runId: "second" });
  const { runs: _second, ...after } = store.state();
  expect([first.loaded, first.duplicates, second.loaded, second.duplicates]).toEqual([2, 0, 0, 2]);
  expect(after).toEqual(before);
});

describe("runEtl that is cut short loads the received responses", () => {
  /** Yields two responses, then waits for an abort, as with a slow API. */
  const slow: PlantSource = {
    async *responses(signal) {
      yield buildResponse(1);
      yield buildResponse(2);
      if (!signal.aborted)
        await new Promise<void>((resolve) =>
          signal.addEventListener("abort", () => resolve(), { once: true }),
        );
      yield {
        ...buildFailure(3),
        outcome: { kind: "failed", code: "aborted", message: "the run was stopped" },
      };
    },
  };

  test("at its deadline", async () => {
    const { clock: stoppedClock, wake } = standingClock();
    const store = memoryPlantStore();
    const observer = (event: EtlEvent) =>
      event.type === "response-received" && event.received === 2 && wake();
    const report = await run([], { source: slow, clock: stoppedClock, store, deadlineMs: 50_000, observer });
    expect(report).toMatchObject({
      requested: 3,
      loaded: 2,
      failed: 1,
      outcome: "degraded",
      reason: "deadline",
      complete: false,
      stoppedBy: "deadline",
      sourceEnded: true,
      failures: [{ code: "aborted", plants: "3" }],
    });
    expect(store.state().readings).toHaveLength(2);
  });

  test("by its signal", async () => {
    const stop = new AbortController();
    const observer = (event: EtlEvent) =>
      event.type === "response-received" && event.received === 2 && stop.abort();
    const report = await run([], { source: slow, signal: stop.signal, observer });
    expect(report).toMatchObject({
      loaded: 2,
      failed: 1,
      outcome: "degraded",
      reason: "stopped",
      complete: false,
      stoppedBy: "signal",
      sourceEnded: true,
    });
  });
});

test("runEtl is complete if its signal aborts during the last load", async () => {
  const stop = new AbortController();
  const store = memoryPlantStore();
  const load: typeof store.load = (batch, start) => {
    stop.abort();
    return store.load(batch, start);
  };
  const report = await run([buildResponse(1), buildResponse(2)], {
    store: { ...store, load },
    signal: stop.signal,
  });
  expect(report).toMatchObject({ loaded: 2, outcome: "ok", reason: null, complete: true });
  expect(store.state().runs).toMatchObject([{ state: "complete" }]);
});

test("runEtl loads the responses before an error of the source, and throws the error", async () => {
  const store = memoryPlantStore();
  const source: PlantSource = {
    async *responses() {
      yield buildResponse(1);
      throw new Error("line 2 of the recording is broken");
    },
  };
  await expect(run([], { source, store })).rejects.toThrow("line 2 of the recording is broken");
  expect(store.state().readings).toHaveLength(1);
  expect(store.state().runs).toMatchObject([
    { runId, state: "failed", outcome: "failed", reason: "UNEXPECTED_ERROR", exitCode: null, report: null },
  ]);
});

describe("runEtl writes to the run log", () => {
  const exitCodeOf = (ending: RunEnding) => ("error" in ending ? 70 : (ending.reason?.length ?? 0));

  test("outcome, reason and exit code of the report", async () => {
    const store = memoryPlantStore();
    const report = await run([buildFailure(1), buildFailure(2)], { store, exitCodeOf });
    const ended = { outcome: "failed", reason: "no_response", exitCode: 11 };
    expect(report).toMatchObject({ ...ended, complete: false });
    expect(store.state().runs).toMatchObject([{ ...ended, state: "failed" }]);
  });

  test("the code of the error that ended a run", async () => {
    const store = memoryPlantStore();
    const refusal = new PlantEtlError("ROW_REJECTED", "abort", "no");
    const refusing = { ...store, load: () => Promise.reject(refusal) };
    await expect(run([buildResponse(1)], { store: refusing, exitCodeOf })).rejects.toThrow(refusal);
    expect(store.state().runs).toMatchObject([
      { state: "failed", outcome: "failed", reason: "ROW_REJECTED", exitCode: 70 },
    ]);
  });
});

describe("runEtl with an exitCodeOf that throws", () => {
  const exitCodeOf = () => {
    throw new TypeError("exitCodeOf is broken");
  };

  test("writes the report to the run log, without an exit code", async () => {
    const store = memoryPlantStore();
    const report = await run([buildResponse(1)], { store, exitCodeOf });
    expect(report).toMatchObject({ outcome: "ok", exitCode: null, complete: true });
    expect(store.state().runs).toMatchObject([{ state: "complete", exitCode: null, report }]);
  });

  test("throws the error that ended the run", async () => {
    const store = memoryPlantStore();
    const refusing = { ...store, load: () => Promise.reject(new Error("disk full")) };
    await expect(run([buildResponse(1)], { store: refusing, exitCodeOf })).rejects.toThrow("disk full");
    expect(store.state().runs).toMatchObject([
      { state: "failed", reason: "UNEXPECTED_ERROR", exitCode: null },
    ]);
  });
});

test("runEtl with conflicts only or duplicates only is ok", async () => {
  const store = memoryPlantStore();
  const respondsWith = (temperature: number) =>
    [1, 2].map((plantId) => buildResponse(plantId, buildPayload(plantId, { temperature })));
  await run(respondsWith(20), { store });
  expect(await run(respondsWith(20), { store, runId: "again" })).toMatchObject({
    duplicates: 2,
    outcome: "ok",
  });
  expect(await run(respondsWith(21), { store, runId: "other values" })).toMatchObject({
    loaded: 0,
    conflicts: 2,
    outcome: "ok",
    complete: true,
  });
});

test("runEtl applies the thresholds", async () => {
  const responses = [buildResponse(1), buildResponse(2, "<html>"), buildFailure(3)];
  expect(await run(responses)).toMatchObject({ outcome: "failed", reason: "too_many_rejected" });
  const lax = { maxRejected: 1, maxFailed: 0.3 };
  expect(await run(responses, { thresholds: lax })).toMatchObject({
    outcome: "failed",
    reason: "too_many_failed",
  });
  expect(await run(responses, { thresholds: { maxRejected: 1 } })).toMatchObject({
    outcome: "ok",
    reason: null,
  });
});

describe("runEtl whose readings are all", () => {
  const takenAt = (...times: string[]) =>
    times.map((recording_taken, plantId) =>
      buildResponse(plantId, buildPayload(plantId, { recording_taken })),
    );
  const [future, stale, fresh] = ["2031-06-01 00:00:00", "2026-01-28 10:00:00", "2026-01-28 12:00:00"];

  test.each([
    ["in the future", [future, future], "all_in_future"],
    ["stale", [stale, stale], "all_stale"],
    ["one or the other", [future, stale], "none_current"],
  ])("%s is degraded, loaded or duplicates", async (_name, times, reason) => {
    const store = memoryPlantStore();
    const first = await run(takenAt(...times), { store });
    const second = await run(takenAt(...times), { store, runId: "second" });
    expect([first.loaded, second.duplicates]).toEqual([2, 2]);
    for (const report of [first, second])
      expect(report).toMatchObject({ outcome: "degraded", reason, complete: true });
  });

  test("in the future except for one is ok, and flagged", async () => {
    const report = await run(takenAt(future, future, fresh));
    expect(report).toMatchObject({ outcome: "ok", flagged: 2, flags: { futureTime: 2, staleTime: 0 } });
  });
});

test("runEtl throws the error of a store that cannot load", async () => {
  const store = { ...memoryPlantStore(), load: () => Promise.reject(new Error("disk full")) };
  await expect(run([buildResponse(1)], { store })).rejects.toThrow("disk full");
});

test("runEtl emits its events in order", async () => {
  const events: EtlEvent[] = [];
  await run(
    [
      buildResponse(1, buildPayload(1, { mood: "good" })),
      buildResponse(2, buildPayload(2, { mood: "bad" })),
      buildResponse(3, "null"),
    ],
    {
      observer: (event) => void events.push(event),
      batchSize: 2,
    },
  );
  expect(events.map((event) => event.type)).toEqual([
    "run-started",
    "response-received",
    "response-received",
    "unknown-key",
    "batch-loaded",
    "response-received",
    "rejected",
    "batch-loaded",
    "run-finished",
  ]);
});

test.each([
  ["batchSize", { batchSize: 0 }],
  ["batchSize", { batchSize: 10_001 }],
  ["deadlineMs", { deadlineMs: 1.5 }],
  ["flushAfterMs", { flushAfterMs: 0 }],
  ["flushAfterMs", { flushAfterMs: Number.POSITIVE_INFINITY }],
  ["maxRejected", { thresholds: { maxRejected: Number.NaN } }],
  ["maxRejected", { thresholds: { maxRejected: -0.1 } }],
  ["maxFailed", { thresholds: { maxFailed: 50 } }],
  ["maxFailed", { thresholds: { maxFailed: "0.5" as unknown as number } }],
])("runEtl rejects %s of %o before anything is done", async (name, options) => {
  const store = memoryPlantStore();
  await expect(run([buildResponse(1)], { store, ...options })).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringContaining(name),
  });
  expect(store.state().runs).toEqual([]);
});

describe("runEtl during a load", () => {
  const slowStore = () => {
    const store = memoryPlantStore();
    const gates: ((error?: Error) => void)[] = [];
    let atOnce = 0;
    let limit = 0;
    return {
      ...store,
      gates,
      limit: () => limit,
      async load(...[batch, start]: Parameters<typeof store.load>) {
        limit = Math.max(limit, ++atOnce);
        await new Promise<void>((resolve, reject) =>
          gates.push((error) => (error === undefined ? resolve() : reject(error))),
        );
        atOnce -= 1;
        return await store.load(batch, start);
      },
    };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test("extracts the next batch, and loads one batch at a time", async () => {
    const store = slowStore();
    let received = 0;
    const running = run(
      [1, 2, 3, 4, 5, 6].map((plantId) => buildResponse(plantId)),
      {
        store,
        batchSize: 2,
        observer: (event) => {
          if (event.type === "response-received") received = event.received;
        },
      },
    );
    await turn();
    expect({ received, loads: store.gates.length }).toEqual({ received: 4, loads: 1 });
    for (let gate = 0; gate < 3; gate++) {
      store.gates[gate]?.();
      await turn();
    }
    expect(await running).toMatchObject({ requested: 6, loaded: 6, complete: true });
    expect(store.limit()).toBe(1);
  });

  test("ends with the error of the load, and does not load the next batch", async () => {
    const store = slowStore();
    let requested = 0;
    const source: PlantSource = {
      async *responses() {
        for (let plantId = 1; plantId <= 1000; plantId++) {
          requested = plantId;
          await turn();
          yield buildResponse(plantId);
        }
      },
    };
    const running = run([], { source, store, batchSize: 100 });
    while (store.gates.length === 0) await turn();
    store.gates[0]?.(new Error("disk full"));
    await expect(running).rejects.toThrow("disk full");
    expect(requested).toBeLessThan(110);
    expect(store.gates).toHaveLength(1);
    expect(store.state()).toMatchObject({ readings: [], runs: [{ state: "failed" }] });
  });
});

describe("runEtl bounds everything that the API controls in reports and events", () => {
  /** As text: to make such an object takes longer than to read it. */
  const withKeys = (plantId: number, count: number) => {
    const keys = Array.from({ length: count }, (_, index) => `"key ${plantId} ${index}":0`);
    return buildResponse(plantId, `{${keys.join(",")},${JSON.stringify(buildPayload(plantId)).slice(1)}`);
  };

  test("unknown keys: the first are listed, the others counted", async () => {
    const events: EtlEvent[] = [];
    const responses = Array.from({ length: 50 }, (_, plantId) => withKeys(plantId, 1000));
    const report = await run(responses, { batchSize: 10, observer: (event) => void events.push(event) });
    expect(report.loaded).toBe(50);
    expect(report.unknownKeys).toHaveLength(50);
    expect(report.unknownKeysOmitted).toBe(50 * 1000 - 50);
    expect(JSON.stringify(report).length).toBeLessThan(2000);
    const reportedKeys = events.flatMap((event) => (event.type === "unknown-key" ? [event.key] : []));
    expect(reportedKeys.sort()).toEqual(report.unknownKeys);
  });

  test("unknown keys of all plants are listed, whatever one plant adds", async () => {
    const responses = [withKeys(1, 70_000), buildResponse(2, buildPayload(2, { mood: 1 }))];
    expect((await run(responses)).unknownKeys).toContain("mood");
  });

  const everyCode: Record<FailureCode, true> = {
    timeout: true,
    network: true,
    tls: true,
    unauthorized: true,
    status: true,
    redirect: true,
    aborted: true,
  };
  const codes = Object.keys(everyCode) as FailureCode[];

  test("failures: plants, messages and groups", async () => {
    const spread = Array.from({ length: 5000 }, (_, index) => buildFailure(index * 2, "x".repeat(10_000)));
    const different = Array.from({ length: 700 }, (_, index): PlantResponse => {
      const code = codes[index % codes.length] ?? "timeout";
      return {
        ...buildFailure(index * 2 + 1),
        outcome: { kind: "failed", code, message: `reason ${index}` },
      };
    });
    const report = await run([...spread, ...different]);
    expect(report.failed).toBe(5700);
    expect(report.failures).toHaveLength(20 + codes.length);
    const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
    expect(readme).toContain(`| ${report.failures.length} groups at most: 20 by code and message`);
    expect(readme).toContain(`one for each of the ${codes.length} codes`);
    expect(report.failures.reduce((sum, { count }) => sum + count, 0)).toBe(5700);
    expect(report.failures[0]?.plants).toMatch(/^0,2,4,.*,198 and 4900 more$/);
    expect(report.failures[0]?.message).toBe(`${"x".repeat(300)}…`);
    expect(JSON.stringify(report).length).toBeLessThan(8000);
  });
});

test("runEtl completes a batch of long responses before batchSize", async () => {
  const sizes: number[] = [];
  const store = memoryPlantStore();
  const measured = {
    ...store,
    load: (...[batch, start]: Parameters<typeof store.load>) => {
      sizes.push(batch.rejections.length);
      return store.load(batch, start);
    },
  };
  const page = `<html>${"x".repeat(1_048_576)}`;
  const report = await run(
    Array.from({ length: 200 }, (_, plantId) => buildResponse(plantId, page)),
    { store: measured },
  );
  expect(report).toMatchObject({ requested: 200, rejected: 200 });
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200);
  // 2 Mi of UTF-16 units, of which each rejected body keeps 65,536.
  expect(Math.max(...sizes)).toBe(32);
});
