import type { ReferenceData } from "@lmnh/plant-schema";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { buildPlants } from "../reading-builders.js";
import type { Suite } from "./fixtures.js";

export function describeReference(suite: Suite): void {
  suite.describe("reference data", () => {
    const spain = { code: "ES", name: "Spain" };
    const atlantis = { code: null, name: "Atlantis" };
    const reus = { name: "Reus", country: spain };
    const poseidonis = { name: "Poseidonis", country: atlantis };
    const origin = { city: reus, latitude: 41.15612, longitude: 1.10687 };
    const ada = {
      email: "ada@lnhm.co.uk",
      name: "Ada Green",
      phone: "+13055550103",
      observedAt: "2026-01-02T03:04:05.678Z",
    };
    const idle = {
      email: "idle@lnhm.co.uk",
      name: "Ōhi‘a 桜",
      phone: "",
      observedAt: "2025-12-31T23:59:59.999Z",
    };
    const [fern, bare] = buildPlants(8, 22).plants;
    if (fern === undefined || bare === undefined) throw new Error("no plants");
    const data: ReferenceData = {
      botanists: [ada, idle],
      countries: [spain, atlantis, { code: "HR", name: "Croatia" }],
      cities: [reus, poseidonis, { name: "Split", country: { code: "HR", name: "Croatia" } }],
      origins: [origin, { city: poseidonis, latitude: null, longitude: null }],
      plants: [
        {
          ...fern,
          name: "Fern",
          scientificName: "Filix",
          imageUrl: "https://example.org/1.jpg",
          imageLicenseUrl: "https://example.org/licence",
          thumbnailUrl: "https://example.org/1s.jpg",
          botanist: ada,
          origin,
          observedAt: "2026-01-28T12:00:00.001Z",
        },
        bare,
      ],
    };

    suite.test(
      "referenceData returns what was loaded, including rows without plants, and can be loaded elsewhere",
      async (before, reopen) => {
        await before.catalog.loadReferenceData(data);
        const read = await before.catalog.referenceData();
        assertEqual(sorted(read), sorted(data));
        await before.catalog.loadReferenceData(read);
        assertEqual(sorted(await before.catalog.referenceData()), sorted(data));
        const under = await reopen();
        await under.catalog.loadReferenceData(read);
        assertEqual(sorted(await under.catalog.referenceData()), sorted(data));
      },
    );

    suite.test("loadReferenceData keeps newer rows and adds missing ones", async (under) => {
      await under.catalog.loadReferenceData(data);
      const newer = { ...fern, name: "Great fern", observedAt: "2026-01-29T00:00:00.000Z" };
      const newerAda = { ...ada, phone: "+13055550199", observedAt: "2026-01-29T00:00:00.000Z" };
      await under.catalog.loadReferenceData({ ...buildPlants(), botanists: [newerAda], plants: [newer] });
      await under.catalog.loadReferenceData({
        ...data,
        plants: [...data.plants, ...buildPlants(5).plants],
      });
      const { botanists, plants } = await under.catalog.referenceData();
      assertEqual(sorted({ botanists }).botanists, [newerAda, idle]);
      assertEqual(plants.map(({ plantId, name }) => [plantId, name]).sort(), [
        [22, null],
        [5, null],
        [8, "Great fern"],
      ]);
      assertMatches(
        plants.find(({ plantId }) => plantId === 8),
        { botanist: newerAda, origin },
      );
    });
  });
}

/** Each list in an order that does not depend on where it comes from. */
function sorted<Lists extends Partial<ReferenceData>>(lists: Lists): { [List in keyof Lists]: unknown[] } {
  const entries = Object.entries(lists).map(([name, rows]) => [name, [...rows].sort(byText)]);
  return Object.fromEntries(entries) as { [List in keyof Lists]: unknown[] };
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [a, b].map((row) => JSON.stringify(row));
  return (left ?? "") < (right ?? "") ? -1 : 1;
}
