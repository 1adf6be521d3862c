import { expect, test } from "vitest";
import type { Batch } from "../src/batch.js";
import { findRefusedRow } from "../src/load/find-refused-row.js";
import { buildAnswer, buildPayload } from "../src/testing/builders.js";
import { makeBatch } from "../src/transform/make-batch.js";
import { defaultTransformSettings } from "../src/transform/settings.js";
import { fc } from "./helpers/property.js";

const { batch } = makeBatch(
  [
    ...Array.from({ length: 9 }, (_, plantId) => buildAnswer(plantId, buildPayload(plantId))),
    buildAnswer(20, { error: "plant not found", plant_id: 20 }, 404),
    buildAnswer(21, { error: "plant on loan to another museum", plant_id: 21 }, 404),
    buildAnswer(22, "<html>"),
  ],
  defaultTransformSettings,
);
const rowsOf = ({ plants, readings, notices, rejections }: Batch): unknown[] => [
  ...plants,
  ...readings,
  ...notices,
  ...rejections,
];
const all = rowsOf(batch);

test("whichever row is refused is found, in few tries, and beginnings hold what their rows refer to", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: all.length - 1 }), async (index) => {
      let tries = 0;
      const row = await findRefusedRow(batch, async (beginning) => {
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

test("what kind of row it is, and which one, is said", async () => {
  const refusing = (kind: keyof Batch) =>
    findRefusedRow(batch, async (beginning) => beginning[kind].length === 0);
  expect(await refusing("plants")).toBe("plant 0");
  expect(await refusing("readings")).toBe("the reading of plant 0 at 2026-01-28T12:00:00.123Z");
  expect(await refusing("notices")).toBe("the notice not_found about plant 20");
  expect(await refusing("rejections")).toBe("the rejection of plant 22's answer of 2026-01-28T12:00:01.000Z");
});

test("where nothing is refused any more no row is blamed", async () => {
  expect(await findRefusedRow(batch, async () => true)).toBeNull();
});
