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

plantStoreContract(runner, {
  name: "The memory store",
  open: async () => {
    const store = memoryPlantStore();
    return { store, state: async () => store.state() };
  },
});
