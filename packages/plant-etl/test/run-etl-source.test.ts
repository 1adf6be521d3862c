import type { Clock } from "@lmnh/plant-schema/model";
import { describe, expect, test } from "vitest";
import type { EtlEvent } from "../src/events.js";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import type { PlantSource } from "../src/ports.js";
import type { PlantResponse } from "../src/response.js";
import { type RunEtlOptions, runEtl } from "../src/run-etl.js";
import { buildPayload, buildResponse } from "../src/testing/builders.js";
import { lmnhTransform } from "../src/transform/lmnh-transform.js";

const noon = Date.parse("2026-01-28T12:00:00.000Z");

/** Time passes only by `advance`, which wakes the sleepers whose time has come. */
function manualClock() {
  let nowMs = noon;
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { untilMs: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
  };
  const advance = async (ms: number) => {
    nowMs += ms;
    for (const sleeper of sleepers)
      if (sleeper.untilMs <= nowMs) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    await turn();
  };
  return { clock, advance, sleeping: () => sleepers.size };
}

/** Everything that does not wait for a timer is done after it. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A source whose responses the test gives. It ignores its signal, unless `end` is called. */
function pushedSource() {
  const queue: IteratorResult<PlantResponse>[] = [];
  let deliver = () => {};
  let returns = 0;
  const push = (result: IteratorResult<PlantResponse>) => {
    queue.push(result);
    deliver();
  };
  const source: PlantSource = {
    responses: () => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          while (queue.length === 0)
            await new Promise<void>((resolve) => {
              deliver = resolve;
            });
          return queue.shift() ?? { done: true, value: undefined };
        },
        return: () => {
          returns += 1;
          // As a generator whose `next` is pending.
          return new Promise(() => {});
        },
      }),
    }),
  };
  return {
    source,
    give: (plantId: number) => push({ value: buildResponse(plantId) }),
    end: () => push({ done: true, value: undefined }),
    returns: () => returns,
  };
}

function start(options: Partial<RunEtlOptions> & Pick<RunEtlOptions, "source" | "clock">) {
  const store = memoryPlantStore();
  const running = runEtl({ transform: lmnhTransform(), store, runId: "run", ...options });
  return { running, store, loaded: () => store.state().readings.map(({ plantId }) => plantId) };
}

describe("runEtl with a source that ignores its signal", () => {
  test("loads what it gave, and reports the deadline, one second after it", async () => {
    const { source, give, returns } = pushedSource();
    const { clock, advance, sleeping } = manualClock();
    const { running, store } = start({ source, clock, deadlineMs: 50_000 });
    give(1);
    await turn();
    await advance(50_000);
    give(2);
    await advance(999);
    expect([store.state().runs, returns()]).toMatchObject([[{ state: "running" }], 0]);
    await advance(1);
    expect(await running).toMatchObject({
      requested: 2,
      loaded: 2,
      durationMs: 51_000,
      outcome: "degraded",
      reason: "deadline",
      complete: false,
      stoppedBy: "deadline",
      sourceEnded: false,
    });
    expect(returns()).toBe(1);
    expect(sleeping()).toBe(0);
    const before = store.state();
    give(3);
    await turn();
    expect(store.state()).toEqual(before);
  });

  test("and whose signal comes from the caller, does the same, and reports the stop", async () => {
    const { source, give, returns } = pushedSource();
    const { clock, advance } = manualClock();
    const stop = new AbortController();
    const { running } = start({ source, clock, signal: stop.signal });
    give(1);
    await turn();
    stop.abort();
    await advance(1_000);
    expect(await running).toMatchObject({
      loaded: 1,
      reason: "stopped",
      stoppedBy: "signal",
      sourceEnded: false,
    });
    expect(returns()).toBe(1);
  });

  test("and always has a response at hand, so that no timer fires, ends by the time", async () => {
    let nowMs = noon;
    const clock: Clock = { now: () => nowMs, sleep: () => new Promise(() => {}) };
    let returned = false;
    const source: PlantSource = {
      async *responses() {
        try {
          for (let plantId = 0; ; plantId++) {
            nowMs += 10;
            yield buildResponse(plantId);
          }
        } finally {
          returned = true;
        }
      },
    };
    const report = await start({ source, clock, deadlineMs: 2_000 }).running;
    expect(report).toMatchObject({ loaded: 300, reason: "deadline", sourceEnded: false });
    expect(returned).toBe(true);
  });

  test("and throws when it is asked to return, reports all the same", async () => {
    const stop = AbortSignal.abort();
    const { clock, advance } = manualClock();
    const source: PlantSource = {
      responses: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return: () => {
            throw new Error("cannot return");
          },
        }),
      }),
    };
    const { running } = start({ source, clock, signal: stop });
    await turn();
    await advance(1_000);
    expect(await running).toMatchObject({ requested: 0, reason: "stopped", sourceEnded: false });
  });

  test("ends at once when a load fails, and aborts the signal of the source", async () => {
    const { source, give, returns } = pushedSource();
    const { clock, advance } = manualClock();
    let signal: AbortSignal | undefined;
    const watched: PlantSource = {
      responses: (given) => {
        signal = given;
        return source.responses(given);
      },
    };
    const store = { ...memoryPlantStore(), load: () => Promise.reject(new Error("disk full")) };
    const { running } = start({ source: watched, clock, store, batchSize: 1 });
    const failed = expect(running).rejects.toThrow("disk full");
    give(1);
    await turn();
    expect([signal?.aborted, returns()]).toEqual([true, 1]);
    await advance(1_000);
    await failed;
  });
});

test("runEtl that leaves its source while a complete batch waits for a load counts each response once", async () => {
  const { source, give } = pushedSource();
  const { clock, advance } = manualClock();
  const store = memoryPlantStore();
  const gates: (() => void)[] = [];
  const slow: typeof store = {
    ...store,
    async load(batch, run) {
      await new Promise<void>((resolve) => gates.push(resolve));
      return await store.load(batch, run);
    },
  };
  const { running } = start({ source, clock, store: slow, deadlineMs: 5_000, batchSize: 1 });
  give(1);
  give(2);
  await turn();
  await advance(5_000);
  await advance(1_000);
  expect(gates).toHaveLength(1);
  gates[0]?.();
  await turn();
  for (const open of gates.slice(1)) open();
  expect(await running).toMatchObject({ requested: 2, loaded: 2, duplicates: 0, reason: "deadline" });
  expect(gates).toHaveLength(2);
});

describe("runEtl with flushAfterMs", () => {
  test("loads what has come, and goes on", async () => {
    const { source, give, end } = pushedSource();
    const { clock, advance, sleeping } = manualClock();
    const { running, loaded } = start({ source, clock, flushAfterMs: 5_000 });
    await advance(60_000);
    give(1);
    await turn();
    await advance(3_000);
    give(2);
    await turn();
    await advance(1_999);
    expect(loaded()).toEqual([]);
    await advance(1);
    expect(loaded()).toEqual([1, 2]);
    give(3);
    await turn();
    await advance(4_999);
    expect(loaded()).toEqual([1, 2]);
    await advance(1);
    expect(loaded()).toEqual([1, 2, 3]);
    give(4);
    end();
    expect(await running).toMatchObject({ requested: 4, loaded: 4, outcome: "ok", complete: true });
    expect(sleeping()).toBe(0);
  });

  test("loads a full batch at once, and its successor after that time", async () => {
    const { source, give, end } = pushedSource();
    const { clock, advance } = manualClock();
    const { running, loaded } = start({ source, clock, flushAfterMs: 5_000, batchSize: 2 });
    for (const plantId of [1, 2, 3]) give(plantId);
    await turn();
    await advance(4_000);
    expect(loaded()).toEqual([1, 2]);
    await advance(1_000);
    expect(loaded()).toEqual([1, 2, 3]);
    end();
    expect(await running).toMatchObject({ loaded: 3, duplicates: 0 });
  });

  test("loads one batch at a time, and each response once", async () => {
    const { source, give, end } = pushedSource();
    const { clock, advance } = manualClock();
    const store = memoryPlantStore();
    const gates: (() => void)[] = [];
    let atOnce = 0;
    const slow: typeof store = {
      ...store,
      async load(batch, run) {
        expect(++atOnce).toBe(1);
        await new Promise<void>((resolve) => gates.push(resolve));
        atOnce -= 1;
        return await store.load(batch, run);
      },
    };
    const { running } = start({ source, clock, store: slow, flushAfterMs: 5_000, batchSize: 3 });
    give(1);
    await turn();
    await advance(5_000);
    // Both the time and the size want to load the second batch while the first one is being loaded.
    for (const plantId of [2, 3, 4, 5]) give(plantId);
    await turn();
    await advance(5_000);
    expect(gates).toHaveLength(1);
    gates[0]?.();
    await turn();
    expect(gates).toHaveLength(2);
    gates[1]?.();
    await turn();
    end();
    await turn();
    gates[2]?.();
    expect(await running).toMatchObject({ requested: 5, loaded: 5, duplicates: 0 });
    expect(gates).toHaveLength(3);
  });

  test("throws the error of such a load, although the source goes on", async () => {
    const { source, give } = pushedSource();
    const { clock, advance } = manualClock();
    const store = { ...memoryPlantStore(), load: () => Promise.reject(new Error("disk full")) };
    const { running } = start({ source, clock, store, flushAfterMs: 5_000 });
    const failed = expect(running).rejects.toThrow("disk full");
    give(1);
    await turn();
    await advance(5_000);
    await advance(1_000);
    await failed;
  });
});

describe("runEtl of a stream", () => {
  /** Ends when its signal aborts, as a subscription does. */
  function stream(options: { readonly endless?: boolean; readonly plants: readonly number[] }): PlantSource {
    return {
      endless: options.endless,
      async *responses(signal) {
        for (const plantId of options.plants) yield buildResponse(plantId, buildPayload(plantId));
        if (!signal.aborted)
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    };
  }
  const stopped = async (source: PlantSource) => {
    const stop = new AbortController();
    const { running, store } = start({ source, clock: manualClock().clock, signal: stop.signal });
    await turn();
    stop.abort();
    return { report: await running, state: store.state().runs[0]?.state };
  };

  test("that is endless is complete when it is stopped", async () => {
    const { report, state } = await stopped(stream({ endless: true, plants: [1, 2] }));
    expect(report).toMatchObject({
      loaded: 2,
      outcome: "ok",
      reason: null,
      complete: true,
      stoppedBy: "signal",
      sourceEnded: true,
    });
    expect(state).toBe("complete");
  });

  test("that is endless is complete at its deadline", async () => {
    const { clock, advance } = manualClock();
    const source = stream({ endless: true, plants: [1] });
    const { running } = start({ source, clock, deadlineMs: 3_600_000 });
    await turn();
    await advance(3_600_000);
    expect(await running).toMatchObject({ outcome: "ok", complete: true, stoppedBy: "deadline" });
  });

  test("that is endless and silent is degraded", async () => {
    const { report } = await stopped(stream({ endless: true, plants: [] }));
    expect(report).toMatchObject({ outcome: "degraded", reason: "no_readings", complete: true });
  });

  test("that has an end is cut short when it is stopped", async () => {
    const { report, state } = await stopped(stream({ plants: [1, 2] }));
    expect(report).toMatchObject({ outcome: "degraded", reason: "stopped", complete: false });
    expect(state).toBe("incomplete");
  });

  test("that is endless and does not end when it is stopped is cut short", async () => {
    const { source, give } = pushedSource();
    const { clock, advance } = manualClock();
    const stop = new AbortController();
    const { running } = start({ source: { ...source, endless: true }, clock, signal: stop.signal });
    give(1);
    await turn();
    stop.abort();
    await advance(1_000);
    expect(await running).toMatchObject({
      loaded: 1,
      reason: "stopped",
      complete: false,
      sourceEnded: false,
    });
  });
});

describe("runEtl with an observer that", () => {
  const failure = new Error("the disk of the log is full");
  test.each<[string, (event: EtlEvent) => unknown]>([
    [
      "throws",
      () => {
        throw failure;
      },
    ],
    ["returns a rejected promise", async () => await Promise.reject(failure)],
  ])("%s does the same as without, and hands each error on", async (_name, observer) => {
    const responses = [buildResponse(1), buildResponse(2, "<html>")];
    const source: PlantSource = {
      async *responses() {
        yield* responses;
      },
    };
    const { clock } = manualClock();
    const expected = await start({ source, clock }).running;
    const errors: [unknown, string][] = [];
    const { running, store } = start({
      source,
      clock,
      observer: observer as (event: EtlEvent) => void,
      onObserverError: (error, event) => {
        errors.push([error, event.type]);
        throw new Error("so is the disk of the error log");
      },
    });
    expect(await running).toEqual(expected);
    expect(store.state().runs).toMatchObject([{ state: "failed", report: expected }]);
    await turn();
    expect(errors).toEqual(
      [
        "run-started",
        "response-received",
        "response-received",
        "rejected",
        "batch-loaded",
        "run-finished",
      ].map((type) => [failure, type]),
    );
  });
});
