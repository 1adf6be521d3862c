import assert from "node:assert/strict";
import { assertEqual } from "@lmnh/plant-schema/testing";
import type { Payload } from "../builders.js";
import { batchOf, loadInto, run, type Suite } from "./fixtures.js";

export function describeConflicts(suite: Suite): void {
  suite.describe("conflicts", () => {
    suite.test(
      "load keeps the first reading of a plant and time, and quarantines a conflicting one",
      async (under) => {
        const reading = (temperature: number) => batchOf([{ plantId: 1, payload: { temperature } }]);
        const conflict = { loaded: 0, duplicates: 0, conflicts: 1, flagged: 0 };
        await loadInto(under, reading(10));
        assertEqual(await loadInto(under, reading(20)), conflict);
        assertEqual(await loadInto(under, reading(20)), conflict);
        assertEqual(await loadInto(under, reading(10)), { ...conflict, duplicates: 1, conflicts: 0 });
        assertEqual(await loadInto(under, reading(30)), conflict);
        const { readings, conflicts } = await under.state();
        assertEqual(
          readings.map(({ temperature }) => temperature),
          [10],
        );
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
        assertEqual(conflicts, [
          { ...kept, temperature: 20 },
          { ...kept, temperature: 30 },
        ]);
      },
    );

    suite.test(
      "load stores the first of a batch's readings of one plant and time; others are duplicates or conflicts",
      async (under) => {
        const batch = batchOf(
          [10, 20, 10, 20].map((temperature) => ({ plantId: 1, payload: { temperature } })),
        );
        assertEqual(await loadInto(under, batch), { loaded: 1, duplicates: 1, conflicts: 2, flagged: 0 });
        const { readings, conflicts } = await under.state();
        assertEqual(
          readings.map(({ temperature }) => temperature),
          [10],
        );
        assertEqual(
          conflicts.map(({ temperature }) => temperature),
          [20],
        );
      },
    );

    suite.test(
      "readings that differ in the last bit, or in the time of watering alone, conflict",
      async (under) => {
        await loadInto(under, batchOf([{ plantId: 1, payload: { temperature: 0.3, soil_moisture: 1e-7 } }]));
        const others: Payload[] = [
          { temperature: 0.1 + 0.2, soil_moisture: 1e-7 },
          { temperature: 0.3, soil_moisture: 1.0000000000000002e-7 },
          { temperature: 0.3, soil_moisture: 1e-7, last_watered: "2026-01-27T01:00:00" },
          { temperature: 0.3, soil_moisture: 1e-7, last_watered: null },
        ];
        const batch = batchOf(others.map((payload) => ({ plantId: 1, payload })));
        assertEqual(await loadInto(under, batch), { loaded: 0, duplicates: 0, conflicts: 4, flagged: 0 });
        assert.equal((await under.state()).conflicts.length, 4);
      },
    );
  });
}
