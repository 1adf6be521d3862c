import { getEventListeners } from "node:events";
import type { Clock } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import type { EtlEvent } from "../src/events.js";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import type { PlantSource, PlantStore } from "../src/ports.js";
import type { PlantResponse } from "../src/response.js";
import { type RunEtlOptions, runEtl } from "../src/run-etl.js";
import { buildFailure, buildResponse } from "../src/testing/builders.js";
import { lmnhTransform } from "../src/transform/lmnh-transform.js";

const noon = Date.parse("2026-01-28T12:00:00.000Z");

/** Time passes by `pass`, and wakes nobody but those who wait for `wake`. */
function steppedClock() {
  let nowMs = noon;
  const sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ untilMs: nowMs + ms, wake: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  const pass = async (ms: number) => {
    nowMs += ms;
    for (const { untilMs, wake } of sleepers) if (untilMs <= nowMs) wake();
    await turn();
  };
  return { clock, pass };
}

/** Everything that does not wait for a timer is done after it. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A source that records how it was left. */
function watchedSource(responses: readonly unknown[]) {
  const seen = { aborted: false, returned: false };
  const source: PlantSource = {
    async *responses(signal) {
      try {
        yield* responses as readonly PlantResponse[];
      } finally {
        seen.returned = true;
        seen.aborted = signal.aborted;
      }
    },
  };
  return { source, seen };
}

function start(options: Partial<RunEtlOptions> & Pick<RunEtlOptions, "source">) {
  const store = memoryPlantStore();
  const events: EtlEvent[] = [];
  const running = runEtl({
    transform: lmnhTransform(),
    store,
    clock: steppedClock().clock,
    runId: "run",
    observer: (event) => void events.push(event),
    ...options,
  });
  return { running, store, events };
}

const received = { kind: "received", status: 200, body: "{}", cut: false };
const response = { plantId: 3, receivedAt: "2026-01-28T12:00:01.000Z", attempts: 1, outcome: received };

describe("runEtl with a source that yields", () => {
  test.each([
    [null, "it is null"],
    ["text", 'it is "text"'],
    [{ ...response, plantId: Number.NaN }, "plantId is NaN"],
    [{ ...response, plantId: 2 ** 60 }, `plantId is ${2 ** 60}`],
    [{ ...response, plantId: 1.5 }, "plantId is 1.5"],
    [{ ...response, receivedAt: "yesterday" }, 'receivedAt is "yesterday"'],
    [{ ...response, receivedAt: "2026-02-30T12:00:00.000Z" }, 'receivedAt is "2026-02-30T12:00:00.000Z"'],
    [{ ...response, attempts: undefined }, "attempts is nothing"],
    [{ ...response, outcome: null }, "outcome is null"],
    [{ ...response, outcome: { kind: "toString" } }, 'outcome.kind is "toString"'],
    [{ ...response, outcome: { ...received, body: 5 } }, "outcome.body is 5"],
    [{ ...response, outcome: { ...received, status: "200" } }, 'outcome.status is "200"'],
    [{ ...response, outcome: { kind: "failed", code: "network" } }, "outcome.message is nothing"],
    [{ ...response, outcome: { kind: "failed", code: "?", message: "" } }, 'outcome.code is "?"'],
    [
      { ...response, outcome: { kind: "undecodable", status: 200, bodyBase64: "", cut: false } },
      "outcome.problem is nothing",
    ],
  ])(
    "no response (%#) ends with an error that names the place, and loads what came before",
    async (given, place) => {
      const { source, seen } = watchedSource([buildResponse(1), buildResponse(2), given, buildResponse(4)]);
      const { running, store, events } = start({ source });
      await expect(running).rejects.toMatchObject({
        code: "ADAPTER_INVALID",
        message: `The source yielded something that is no response: ${place}.`,
      });
      expect(store.state().readings.map(({ plantId }) => plantId)).toEqual([1, 2]);
      expect(store.state().runs).toMatchObject([{ state: "failed", reason: "ADAPTER_INVALID" }]);
      expect(events.at(-1)).toMatchObject({ type: "run-failed" });
      await turn();
      expect(seen).toEqual({ returned: true, aborted: true });
    },
  );

  test("the same object each time loads each response", async () => {
    const { outcome: second } = buildResponse(2);
    const reused: { -readonly [Name in keyof PlantResponse]: PlantResponse[Name] } = buildResponse(1);
    const source: PlantSource = {
      async *responses() {
        yield reused;
        reused.plantId = 2;
        reused.outcome = second;
        yield reused;
      },
    };
    const { running, store } = start({ source });
    expect(await running).toMatchObject({ requested: 2, loaded: 2 });
    expect(store.state().readings.map(({ plantId }) => plantId)).toEqual([1, 2]);
  });
});

describe("runEtl with a store", () => {
  const responses = [1, 2, 3].map((plantId) => buildResponse(plantId));
  const { source } = watchedSource(responses);

  test.each([{ loaded: 1 }, { conflicts: undefined }, { duplicates: -1 }, { loaded: 2.5, duplicates: 0.5 }])(
    "that counts %j of three readings ends with an error",
    async (wrong) => {
      const inner = memoryPlantStore();
      const store = {
        ...inner,
        load: async (...args: Parameters<PlantStore["load"]>) => ({
          ...(await inner.load(...args)),
          ...wrong,
        }),
      } as PlantStore;
      const { running } = start({ source, store });
      await expect(running).rejects.toMatchObject({
        code: "ADAPTER_INVALID",
        message: expect.stringMatching(/a batch of 3 readings and counted .* The sum must be 3/),
      });
      expect(inner.state().runs).toMatchObject([{ state: "failed" }]);
    },
  );

  test("whose first load fails loads nothing after it, although it could", async () => {
    const inner = memoryPlantStore();
    let loads = 0;
    let fail = (_error: Error) => {};
    const store: PlantStore = {
      ...inner,
      load(batch, run) {
        loads += 1;
        return loads === 1
          ? new Promise((_, reject) => {
              fail = reject;
            })
          : inner.load(batch, run);
      },
    };
    const { running } = start({ source, store, batchSize: 1 });
    const failed = expect(running).rejects.toThrow("deadlock");
    await turn();
    fail(new Error("deadlock"));
    await failed;
    expect([loads, inner.state().readings]).toEqual([1, []]);
  });

  test("whose load throws at once, in a flush, ends with its error", async () => {
    const { clock, pass } = steppedClock();
    const store: PlantStore = {
      ...memoryPlantStore(),
      load() {
        throw new Error("not open");
      },
    };
    const silent: PlantSource = {
      async *responses(signal) {
        yield buildResponse(1);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    };
    const failed = expect(start({ source: silent, store, clock, flushAfterMs: 100 }).running).rejects.toThrow(
      "not open",
    );
    await turn();
    await pass(100);
    await failed;
  });

  test("that cannot finish the run reports it as failed, and throws its error", async () => {
    const inner = memoryPlantStore();
    const store = { ...inner, finishRun: () => Promise.reject(new Error("disk full")) };
    const { running, events } = start({ source, store });
    await expect(running).rejects.toThrow("disk full");
    expect(inner.state()).toMatchObject({ readings: [{}, {}, {}], runs: [{ state: "failed" }] });
    expect(events.at(-1)).toMatchObject({ type: "run-failed" });
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("still full"))],
    [
      "throws",
      () => {
        throw new Error("still full");
      },
    ],
  ])("whose failRun %s throws the error of the run", async (_, failRun) => {
    const load = () => Promise.reject(new Error("disk full"));
    const store: PlantStore = { ...memoryPlantStore(), load, failRun };
    await expect(start({ source, store }).running).rejects.toThrow("disk full");
  });
});

test("runEtl is not changed by an observer that changes its events", async () => {
  const { source } = watchedSource([buildResponse(1), buildResponse(2)]);
  const { running, store } = start({
    source,
    observer(event) {
      if (event.type === "run-started") Object.assign(event.run, { runId: "other" });
      if (event.type === "response-received") Object.assign(event.response.outcome, { body: "" });
    },
  });
  expect(await running).toMatchObject({ runId: "run", loaded: 2, rejected: 0 });
  expect(store.state().runs).toMatchObject([{ runId: "run", state: "complete" }]);
});

test("runEtl counts the deadline from its start, also while the store begins the run", async () => {
  const { clock, pass } = steppedClock();
  const inner = memoryPlantStore();
  const store: PlantStore = {
    ...inner,
    async beginRun(run) {
      await pass(400);
      await inner.beginRun(run);
    },
  };
  const source: PlantSource = {
    async *responses(signal) {
      yield buildResponse(1);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield buildFailure(2, "aborted");
    },
  };
  const { running } = start({ source, store, clock, deadlineMs: 500 });
  await turn();
  await pass(100);
  expect(await running).toMatchObject({ durationMs: 500, reason: "deadline" });
});

test("runEtl names what has stopped it first", async () => {
  const { clock, pass } = steppedClock();
  const stop = new AbortController();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const source: PlantSource = {
    async *responses() {
      yield buildResponse(1);
      await ended;
    },
  };
  const { running } = start({ source, clock, signal: stop.signal, deadlineMs: 500 });
  await turn();
  await pass(500);
  stop.abort();
  end();
  expect(await running).toMatchObject({ stoppedBy: "deadline", reason: "deadline", sourceEnded: true });
});

test("runEtl leaves no listener at a signal that outlives it, and no event follows its end", async () => {
  const stop = new AbortController();
  const { clock, pass } = steppedClock();
  let give = (_response: PlantResponse) => {};
  const source: PlantSource = {
    async *responses() {
      yield buildResponse(1);
      yield await new Promise<PlantResponse>((resolve) => {
        give = resolve;
      });
    },
  };
  const { running, events } = start({ source, clock, signal: stop.signal, deadlineMs: 500 });
  await turn();
  await pass(500);
  await pass(1_000);
  await running;
  give(buildResponse(2));
  await turn();
  expect(events.at(-1)).toMatchObject({ type: "run-finished" });
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
});

test.each([
  [{ runId: "" }, /runId must be a text/],
  [{ runId: 5 as never }, /runId must be a text, not "5"/],
  [{ signal: new AbortController() as never }, /signal must be an AbortSignal/],
])("runEtl refuses %j before it begins a run", async (options, message) => {
  const { running, store } = start({ source: watchedSource([]).source, ...options });
  await expect(running).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringMatching(message),
  });
  expect(store.state().runs).toEqual([]);
});
