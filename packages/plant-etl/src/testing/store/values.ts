import assert from "node:assert/strict";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { batchOf, loadInto, type PlantStoreCapabilities, type Suite } from "./fixtures.js";

export function describeValues(suite: Suite, { anyText, longText }: PlantStoreCapabilities): void {
  suite.describe("values", () => {
    suite.test("load stores numbers exactly and times to the millisecond", async (under) => {
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
      assertEqual(await loadInto(under, batch), { loaded: 7, duplicates: 0, conflicts: 0, flagged: 7 });
      const { readings, plants } = await under.state();
      assertEqual(readings, batch.readings);
      assertEqual(plants, batch.plants);
    });

    suite.test(
      "load stores text of every script",
      async (under) => {
        const text = "Ōhi‘a ‘Striata’ 桜 🌵 'Fire; DROP TABLE plant --\" \\ \t end";
        await loadInto(
          under,
          batchOf([
            { plantId: 1, payload: { scientific_name: [text] } },
            { plantId: 2, body: `not JSON: ${text} \0 \ud800` },
          ]),
        );
        const { plants, rejections } = await under.state();
        assert.equal(plants[0]?.scientificName, text.replace("\t ", ""));
        assert.equal(rejections.length, 1);
      },
      anyText,
    );

    suite.test(
      "load stores the longest texts and the largest numbers of a valid response",
      async (under) => {
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
        assertMatches(await loadInto(under, batch), { loaded: 1, duplicates: 0, flagged: 1 });
        const { plants, readings, rejections } = await under.state();
        assertEqual(plants, batch.plants);
        assertMatches(plants[0], { botanist, imageUrl: url("o") });
        assertEqual(readings, batch.readings);
        assertMatches(rejections, [{ plantId: 2, issues: /is kept to its first/ }]);
      },
      longText,
    );
  });
}
