import { fc } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import type { Batch } from "../../src/batch.js";
import { findRejectedRow } from "../../src/load/find-rejected-row.js";
import { buildPayload, buildResponse } from "../../src/testing/builders.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";

const { batch } = buildBatch(
  [
    ...Array.from({ length: 9 }, (_, plantId) => buildResponse(plantId, buildPayload(plantId))),
    buildResponse(20, { error: "plant not found", plant_id: 20 }, 404),
    buildResponse(21, { error: "plant on loan to another museum", plant_id: 21 }, 404),
    buildResponse(22, "<html>"),
  ],
  lmnhTransform(),
);
const rowsOf = ({ plants, readings, notices, rejections }: Batch): unknown[] => [
  ...plants,
  ...readings,
  ...notices,
  ...rejections,
];
const all = rowsOf(batch);

test("findRejectedRow finds any row in few attempts, with prefixes that contain all referenced rows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: all.length - 1 }), async (index) => {
      let tries = 0;
      const row = await findRejectedRow(batch, async (beginning) => {
        tries += 1;
        for (const { plantId } of beginning.readings)
          expect(beginning.plants.map((plant) => plant.plantId)).toContain(plantId);
        return !rowsOf(beginning).includes(all[index]);
      });
      const { plantId } = all[index] as { plantId: number };
      expect(row).toMatch(new RegExp(`\\bplant ${plantId}\\b`));
      expect(tries).toBeLessThanOrEqual(6);
    }),
  );
});

test("findRejectedRow describes the row", async () => {
  const refusing = (kind: keyof Batch) =>
    findRejectedRow(batch, async (beginning) => beginning[kind].length === 0);
  expect(await refusing("plants")).toBe("plant 0");
  expect(await refusing("readings")).toBe("the reading of plant 0 at 2026-01-28T12:00:00.123Z");
  expect(await refusing("notices")).toBe("the notice not_found about plant 20");
  expect(await refusing("rejections")).toBe(
    "the rejection of the response for plant 22 at 2026-01-28T12:00:01.000Z",
  );
});

test("findRejectedRow returns null if nothing is rejected any more", async () => {
  expect(await findRejectedRow(batch, async () => true)).toBeNull();
});
