import { describe, expect, test } from "vitest";
import type { Batch } from "../../batch.js";
import { noFlags } from "../../count-flags.js";
import { batchOf, loadInto, run, type Under } from "./fixtures.js";

export function describeReadings(under: Under): void {
  describe("readings", () => {
    const load = (batch: Batch) => loadInto(under(), batch);

    test("load of the same batch a second time changes nothing", async () => {
      const batch = batchOf([
        { plantId: 1 },
        { plantId: 2 },
        { plantId: 3, body: "<html>" },
        { plantId: 7, notFound: true },
      ]);
      expect(await load(batch)).toEqual({ loaded: 2, duplicates: 0, conflicts: 0, flagged: 0 });
      const before = await under().state();
      expect(await load(batch)).toEqual({ loaded: 0, duplicates: 2, conflicts: 0, flagged: 0 });
      expect(await under().state()).toEqual(before);
    });

    test("load of a batch with a rejected row stores nothing and names the row", async () => {
      const batch = batchOf([{ plantId: 1 }, { plantId: 2 }, { plantId: 7, notFound: true }]);
      const orphaned = { ...batch, plants: batch.plants.filter(({ plantId }) => plantId === 1) };
      const before = await under().state();
      await expect(load(orphaned)).rejects.toThrow(/\bplant 2\b/);
      expect(await under().state()).toEqual(before);
      expect(await load(batch)).toEqual({ loaded: 2, duplicates: 0, conflicts: 0, flagged: 0 });
    });

    test("load stores a reading that occurs twice in a batch once", async () => {
      const batch = batchOf([{ plantId: 1 }, { plantId: 1 }]);
      expect(await load(batch)).toEqual({ loaded: 1, duplicates: 1, conflicts: 0, flagged: 0 });
    });

    test("load counts loaded readings by quality flag, duplicates not", async () => {
      const payload = { temperature: 99, soil_moisture: -3 };
      const batch = batchOf([
        { plantId: 1, payload },
        { plantId: 2, payload: { temperature: 99 } },
        { plantId: 3 },
      ]);
      const flags = { ...noFlags, temperatureRange: 2, soilMoistureRange: 1 };
      expect(await under().store.load(batch, run)).toMatchObject({ loaded: 3, flagged: 2, flags });
      expect(await under().store.load(batch, run)).toMatchObject({ loaded: 0, flagged: 0, flags: noFlags });
    });

    test("load accepts an empty batch", async () => {
      expect(await load({ plants: [], readings: [], notices: [], rejections: [] })).toEqual({
        loaded: 0,
        duplicates: 0,
        conflicts: 0,
        flagged: 0,
      });
    });

    test("load stores a batch of thousands", async () => {
      const batch = batchOf(Array.from({ length: 2345 }, (_, plantId) => ({ plantId })));
      expect(await load(batch)).toEqual({ loaded: 2345, duplicates: 0, conflicts: 0, flagged: 0 });
      expect((await under().state()).readings).toHaveLength(2345);
    });

    test("two concurrent loads of one batch store one row per reading", async () => {
      const batch = batchOf(Array.from({ length: 50 }, (_, plantId) => ({ plantId })));
      const counts = await Promise.all([load(batch), load(batch)]);
      expect(counts.map(({ loaded }) => loaded).sort((a, b) => a - b)).toEqual([0, 50]);
      expect((await under().state()).readings).toHaveLength(50);
    });
  });
}
