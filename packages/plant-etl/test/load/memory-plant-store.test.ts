import * as runner from "vitest";
import type { BaseReading } from "../../src/batch.js";
import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import { buildResponse } from "../../src/testing/builders.js";
import { plantStoreContract } from "../../src/testing/store-contract.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import type { Transform } from "../../src/transform/transform.js";

runner.test("memoryPlantStore keeps readings of any fields, and a conflict with all of them", async () => {
  type LightReading = BaseReading & { readonly light: number; readonly lampOn: boolean | null };
  const store = memoryPlantStore<LightReading>();
  const load = async (light: number, qualityFlag = 0) => {
    const transform: Transform<LightReading> = ({ plantId }) => {
      const recordingTaken = "2026-01-28T12:00:00.000Z";
      return { kind: "reading", reading: { plantId, recordingTaken, light, lampOn: null, qualityFlag } };
    };
    const { batch } = buildBatch([buildResponse(7)], transform);
    const { loaded, duplicates, conflicts } = await store.load(batch, {
      runId: "run",
      startedAt: "2026-01-28T12:00:01.000Z",
    });
    return { loaded, duplicates, conflicts };
  };
  runner.expect(await load(812)).toEqual({ loaded: 1, duplicates: 0, conflicts: 0 });
  runner.expect(await load(812, 8)).toEqual({ loaded: 0, duplicates: 1, conflicts: 0 });
  runner.expect(await load(9)).toEqual({ loaded: 0, duplicates: 0, conflicts: 1 });
  runner.expect(await load(9)).toEqual({ loaded: 0, duplicates: 0, conflicts: 1 });
  runner.expect(store.state()).toMatchObject({
    readings: [{ plantId: 7, light: 812, lampOn: null, qualityFlag: 0 }],
    conflicts: [{ plant_id: 7, light: 9, lamp_on: null, run_id: "run" }],
  });
});

type AnyReading = BaseReading & Readonly<Record<string, unknown>>;

async function loadPair(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>) {
  const store = memoryPlantStore<AnyReading>();
  const key = { plantId: 7, recordingTaken: "2026-01-28T12:00:00.000Z", qualityFlag: 0 };
  const { batch } = buildBatch([buildResponse(7)], () => ({ kind: "reading", reading: { ...key, ...a } }));
  const readings = [...batch.readings, { ...key, ...b }];
  const run = { runId: "run", startedAt: "2026-01-28T12:00:01.000Z" };
  const { duplicates, conflicts } = await store.load({ ...batch, readings }, run);
  runner.expect(store.state().conflicts).toHaveLength(conflicts);
  return { duplicates, conflicts, store };
}

runner.test.each([
  [
    { a: "x y", b: "z" },
    { a: "x", b: "y z" },
  ],
  [{ a: null }, { a: "-" }],
  [{ a: 5 }, { a: "5" }],
  [{ a: 5n }, { a: 5 }],
  [
    { a: 1, b: 2 },
    { b: 1, a: 2 },
  ],
  [{ a: { x: 1 } }, { a: { x: 2 } }],
  [{ a: 1 }, { b: 1 }],
  [{}, { a: 1 }],
])("memoryPlantStore keeps the values %o and %o of one plant and time as a conflict", async (a, b) => {
  runner.expect(await loadPair(a, b)).toMatchObject({ duplicates: 0, conflicts: 1 });
});

runner.test.each([
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [{ a: { x: 1, y: [2] } }, { a: { y: [2], x: 1 } }],
  [{ a: null }, {}],
  [{ a: undefined }, { a: null }],
  [{ a: 5n }, { a: 5n }],
])("memoryPlantStore counts the values %o and %o of one plant and time as a duplicate", async (a, b) => {
  runner.expect(await loadPair(a, b)).toMatchObject({ duplicates: 1, conflicts: 0 });
});

runner.test("memoryPlantStore.state is a copy, and load keeps one", async () => {
  const nested = { x: 1 };
  const { store } = await loadPair({ a: nested }, { a: { x: 2 } });
  const before = structuredClone(store.state());
  nested.x = 9;
  const [[reading], [conflict]] = [store.state().readings, store.state().conflicts];
  Object.assign(reading ?? {}, { plantId: 9 });
  Object.assign(conflict?.a ?? {}, { x: 9 });
  runner.expect(store.state()).toEqual(before);
});

plantStoreContract(runner, {
  name: "The memory store",
  open: async () => {
    const store = memoryPlantStore();
    return { store, state: async () => store.state() };
  },
});
