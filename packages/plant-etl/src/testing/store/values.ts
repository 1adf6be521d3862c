import { describe, expect, test } from "vitest";
import type { Batch } from "../../batch.js";
import { batchOf, loadInto, type Under } from "./fixtures.js";

export function describeValues(under: Under): void {
  describe("values", () => {
    const load = (batch: Batch) => loadInto(under(), batch);

    test("load stores numbers exactly and times to the millisecond", async () => {
      const values = [Math.PI, -23.27, 0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, 12];
      const batch = batchOf(
        values.map((value, plantId) => ({
          plantId,
          payload: {
            temperature: value,
            soil_moisture: -value,
            recording_taken: `2026-01-28T12:00:00.00${plantId}`,
          },
        })),
      );
      expect(await load(batch)).toEqual({ loaded: 7, duplicates: 0, conflicts: 0, flagged: 7 });
      const { readings, plants } = await under().state();
      expect(readings).toEqual(batch.readings);
      expect(plants).toEqual(batch.plants);
    });

    test("load stores text of every script", async () => {
      const text = "Ōhi‘a ‘Striata’ 桜 🌵 'Fire; DROP TABLE plant --\" \\ \t end";
      await load(
        batchOf([
          { plantId: 1, payload: { scientific_name: [text] } },
          { plantId: 2, body: `not JSON: ${text} \0 \ud800` },
        ]),
      );
      const { plants, rejections } = await under().state();
      expect(plants[0]?.scientificName).toBe(text.replace("\t ", ""));
      expect(rejections).toHaveLength(1);
    });

    test("load stores the longest texts and the largest numbers of a valid response", async () => {
      const longest = (end: string) => "🌵".repeat(Math.floor((255 - end.length) / 2)) + end;
      const botanist = { name: longest("b"), email: `${"e".repeat(253)}@x`, phone: longest("p") };
      const url = (name: string) => `https://example.org/${name}`.padEnd(1000, "u");
      const batch = batchOf([
        {
          plantId: 2_147_483_647,
          payload: {
            name: longest("n"),
            scientific_name: [longest("s")],
            botanist,
            origin_location: { latitude: -90, longitude: 180, city: longest("c"), country: longest("l") },
            images: { original_url: url("o"), license_url: url("l"), thumbnail: url("t") },
            temperature: -Number.MAX_VALUE,
            soil_moisture: Number.MAX_VALUE,
            recording_taken: "9999-12-31T23:59:59.999Z",
            last_watered: "1753-01-01T00:00:00.000Z",
          },
        },
        { plantId: 2, body: `<${"🌵".repeat(40_000)}` },
      ]);
      expect(await load(batch)).toMatchObject({ loaded: 1, duplicates: 0, flagged: 1 });
      const { plants, readings, rejections } = await under().state();
      expect(plants).toEqual(batch.plants);
      expect(plants[0]).toMatchObject({ botanist, imageUrl: url("o") });
      expect(readings).toEqual(batch.readings);
      expect(rejections).toMatchObject([
        { plantId: 2, issues: expect.stringContaining("is kept to its first") },
      ]);
    });
  });
}
