import assert from "node:assert/strict";
import { assertEqual, assertMatches, rejectionOf } from "@lmnh/plant-schema/testing";
import { noFlags } from "../../count-flags.js";
import { batchOf, loadInto, run, type Suite } from "./fixtures.js";

export function describeReadings(suite: Suite): void {
  suite.describe("readings", () => {
    suite.test("load of the same batch a second time changes nothing", async (under) => {
      const batch = batchOf([
        { plantId: 1 },
        { plantId: 2 },
        { plantId: 3, body: "<html>" },
        { plantId: 7, notFound: true },
      ]);
      assertEqual(await loadInto(under, batch), { loaded: 2, duplicates: 0, conflicts: 0, flagged: 0 });
      const before = await under.state();
      assertEqual(await loadInto(under, batch), { loaded: 0, duplicates: 2, conflicts: 0, flagged: 0 });
      assertEqual(await under.state(), before);
    });

    suite.test("load of a batch with a rejected row stores nothing and names the row", async (under) => {
      const batch = batchOf([{ plantId: 1 }, { plantId: 2 }, { plantId: 7, notFound: true }]);
      const orphaned = { ...batch, plants: batch.plants.filter(({ plantId }) => plantId === 1) };
      const before = await under.state();
      assert.match(String(await rejectionOf(loadInto(under, orphaned))), /\bplant 2\b/);
      assertEqual(await under.state(), before);
      assertEqual(await loadInto(under, batch), { loaded: 2, duplicates: 0, conflicts: 0, flagged: 0 });
    });

    suite.test("load stores a reading that occurs twice in a batch once", async (under) => {
      const batch = batchOf([{ plantId: 1 }, { plantId: 1 }]);
      assertEqual(await loadInto(under, batch), { loaded: 1, duplicates: 1, conflicts: 0, flagged: 0 });
    });

    suite.test("load counts loaded readings by quality flag, duplicates not", async (under) => {
      const payload = { temperature: 99, soil_moisture: -3 };
      const batch = batchOf([
        { plantId: 1, payload },
        { plantId: 2, payload: { temperature: 99 } },
        { plantId: 3 },
      ]);
      const flags = { ...noFlags, temperatureRange: 2, soilMoistureRange: 1 };
      assertMatches(await under.store.load(batch, run), { loaded: 3, flagged: 2, flags });
      assertMatches(await under.store.load(batch, run), { loaded: 0, flagged: 0, flags: noFlags });
    });

    suite.test("load accepts an empty batch", async (under) => {
      assertEqual(await loadInto(under, { plants: [], readings: [], notices: [], rejections: [] }), {
        loaded: 0,
        duplicates: 0,
        conflicts: 0,
        flagged: 0,
      });
    });

    suite.test("load stores a batch of thousands", async (under) => {
      const batch = batchOf(Array.from({ length: 2345 }, (_, plantId) => ({ plantId })));
      assertEqual(await loadInto(under, batch), { loaded: 2345, duplicates: 0, conflicts: 0, flagged: 0 });
      assert.equal((await under.state()).readings.length, 2345);
    });

    suite.test("two concurrent loads of one batch store one row per reading", async (under) => {
      const batch = batchOf(Array.from({ length: 50 }, (_, plantId) => ({ plantId })));
      const counts = await Promise.all([loadInto(under, batch), loadInto(under, batch)]);
      assertEqual(
        counts.map(({ loaded }) => loaded).sort((a, b) => a - b),
        [0, 50],
      );
      assert.equal((await under.state()).readings.length, 50);
    });
  });
}
