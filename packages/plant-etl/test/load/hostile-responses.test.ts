import { fc } from "@lmnh/testing/property";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import { hostileResponse } from "../support/hostile-responses.js";
import { runResponses } from "../support/run-responses.js";
import { openSqliteStore } from "../support/sqlite-store.js";

/** The tables of a load, in an order in which rows can be deleted. */
const tables = [
  "plant_reading",
  "plant_notice",
  "plant_rejection",
  "quarantined_row",
  "etl_run",
  "plant",
  "botanist",
  "origin",
  "city",
  "country",
] as const;
let opened: Awaited<ReturnType<typeof openSqliteStore>>;
beforeAll(async () => {
  opened = await openSqliteStore();
});
afterAll(() => opened?.close());

test("sqlPlantStore on SQLite and memoryPlantStore load the same from hostile responses", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(hostileResponse, { minLength: 10, maxLength: 30 }), async (responses) => {
      const { db } = opened.database;
      for (const table of tables) await db.deleteFrom(table).execute();
      const memory = memoryPlantStore();
      const runId = `hostile ${number++}`;
      const { runId: _id, ...expected } = await runResponses(responses, memory, runId);
      expect(await runResponses(responses, opened.store, runId)).toMatchObject(expected);
      expect(await opened.state()).toEqual(memory.state());
    }),
    { numRuns: 30 },
  );
});
