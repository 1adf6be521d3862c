import { describe, expect, test } from "vitest";
import type { Batch } from "../../batch.js";
import type { Payload } from "../builders.js";
import { batchOf, loadInto, run, type Under } from "./fixtures.js";

export function describeConflicts(under: Under): void {
  describe("conflicts", () => {
    const load = (batch: Batch) => loadInto(under(), batch);

    test("load keeps the first reading of a plant and time, and quarantines a conflicting one", async () => {
      const reading = (temperature: number) => batchOf([{ plantId: 1, payload: { temperature } }]);
      const conflict = { loaded: 0, duplicates: 0, conflicts: 1, flagged: 0 };
      await load(reading(10));
      expect(await load(reading(20))).toEqual(conflict);
      expect(await load(reading(20))).toEqual(conflict);
      expect(await load(reading(10))).toEqual({ ...conflict, duplicates: 1, conflicts: 0 });
      expect(await load(reading(30))).toEqual(conflict);
      const { readings, conflicts } = await under().state();
      expect(readings.map(({ temperature }) => temperature)).toEqual([10]);
      // Each once, with all values of the reading.
      const [stored] = readings;
      const kept = {
        plant_id: 1,
        soil_moisture: stored?.soilMoisture,
        recording_taken: stored?.recordingTaken,
        last_watered: stored?.lastWatered,
        quality_flag: 0,
        ingested_at: run.startedAt,
        run_id: run.runId,
      };
      expect(conflicts).toEqual([
        { ...kept, temperature: 20 },
        { ...kept, temperature: 30 },
      ]);
    });

    test("load stores the first of a batch's readings of one plant and time; others are duplicates or conflicts", async () => {
      const batch = batchOf(
        [10, 20, 10, 20].map((temperature) => ({ plantId: 1, payload: { temperature } })),
      );
      expect(await load(batch)).toEqual({ loaded: 1, duplicates: 1, conflicts: 2, flagged: 0 });
      const { readings, conflicts } = await under().state();
      expect(readings.map(({ temperature }) => temperature)).toEqual([10]);
      expect(conflicts.map(({ temperature }) => temperature)).toEqual([20]);
    });

    test("readings that differ in the last bit, or in the time of watering alone, conflict", async () => {
      await load(batchOf([{ plantId: 1, payload: { temperature: 0.3, soil_moisture: 1e-7 } }]));
      const others: Payload[] = [
        { temperature: 0.1 + 0.2, soil_moisture: 1e-7 },
        { temperature: 0.3, soil_moisture: 1.0000000000000002e-7 },
        { temperature: 0.3, soil_moisture: 1e-7, last_watered: "2026-01-27T01:00:00" },
        { temperature: 0.3, soil_moisture: 1e-7, last_watered: null },
      ];
      const batch = batchOf(others.map((payload) => ({ plantId: 1, payload })));
      expect(await load(batch)).toEqual({ loaded: 0, duplicates: 0, conflicts: 4, flagged: 0 });
      expect((await under().state()).conflicts).toHaveLength(4);
    });
  });
}
