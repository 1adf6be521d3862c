import type { Country } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import type { Batch } from "../../batch.js";
import { batchOf, loadInto, type Under } from "./fixtures.js";

function country(code: string | null, name: string): Country {
  return { code, name };
}

export function describeBotanistsAndOrigins(under: Under): void {
  describe("botanists and origins", () => {
    const load = (batch: Batch) => loadInto(under(), batch);

    test.each<[string, readonly Country[]]>([
      ["two codes", [country("AA", "Atlantis"), country("BB", "Atlantis")]],
      ["a code and none", [country(null, "Atlantis"), country("AA", "Atlantis")]],
      [
        "two codes, each with a second name",
        [country("BB", "Mu"), country("BB", "Atlantis"), country("AA", "Atlantis")],
      ],
      ["a code and none, in other letters", [country("AA", "Atlantis"), country(null, "ATLANTIS")]],
      ["two codes, in other letters", [country("AA", "Atlantis"), country("BB", "atlantis")]],
    ])("load accepts countries with one name and %s, in any order", async (_what, countries) => {
      const orders = [countries, [...countries].reverse()];
      for (const [turn, order] of orders.entries()) {
        const { plants, ...rest } = batchOf(order.map((_country, index) => ({ plantId: 10 * turn + index })));
        const batch = {
          ...rest,
          plants: plants.map((plant, index) => ({
            ...plant,
            origin: {
              city: { name: `City ${turn}${index}`, country: order[index] ?? country(null, "") },
              latitude: 1,
              longitude: 2,
            },
          })),
        };
        expect(await load(batch)).toMatchObject({ loaded: order.length });
      }
      const cities = (await under().state()).plants.map(({ origin }) => origin?.city.name);
      expect(cities).toEqual(
        orders.flatMap((order, turn) => order.map((_country, index) => `City ${turn}${index}`)),
      );
    });

    test("load accepts botanists whose addresses a collation may treat as equal", async () => {
      const emails = ["ada@x", "ADA@x", "stra\u00dfe@x", "strasse@x", "\uff41da@x", "ada@x\u200b"];
      const { plants, ...rest } = batchOf(emails.map((_email, plantId) => ({ plantId })));
      const batch = {
        ...rest,
        plants: plants.map((plant, index) => ({
          ...plant,
          botanist: { email: emails[index] ?? "", name: `Ada ${index}`, phone: "" },
        })),
      };
      expect(await load(batch)).toMatchObject({ loaded: emails.length });
      expect((await under().state()).plants.every(({ botanist }) => botanist !== null)).toBe(true);
    });

    test("load stores a botanist of many plants once, with the newest phone number", async () => {
      const botanist = (phone: string) => ({
        botanist: { name: "Ada Green", email: "ada@lnhm.co.uk", phone },
      });
      await load(
        batchOf([1, 2, 3].map((plantId) => ({ plantId, payload: botanist(`305-555-010${plantId}`) }))),
      );
      const phones = (await under().state()).plants.map((plant) => plant.botanist?.phone);
      expect(phones).toEqual(["+13055550103", "+13055550103", "+13055550103"]);
    });

    test("load stores a country once, by its code or any of its names", async () => {
      const from = (country: string, city: string) => ({
        origin_location: { latitude: 1, longitude: 2, city, country },
      });
      await load(batchOf([{ plantId: 1, payload: from("Swaziland", "Manzini") }]));
      await load(
        batchOf([
          { plantId: 2, payload: from("SZ", "Mbabane") },
          { plantId: 3, payload: from("Eswatini", "Manzini") },
        ]),
      );
      const origins = (await under().state()).plants.map((plant) => plant.origin);
      const swaziland = { code: "SZ", name: "Swaziland" };
      expect(origins.map((origin) => origin?.city.country)).toEqual([swaziland, swaziland, swaziland]);
      expect(origins[2]).toEqual(origins[0]);
    });

    test("load stores a country without a code by its name", async () => {
      const origin_location = { latitude: 1, longitude: 2, city: "Poseidonis", country: "Atlantis" };
      await load(batchOf([1, 2].map((plantId) => ({ plantId, payload: { origin_location } }))));
      const { plants } = await under().state();
      expect(plants.map((plant) => plant.origin?.city.country)).toEqual([
        { code: null, name: "Atlantis" },
        { code: null, name: "Atlantis" },
      ]);
    });

    test("load stores an origin without coordinates", async () => {
      const origin_location = { latitude: "999", longitude: 2, city: "Reus", country: "Spain" };
      const batch = batchOf([1, 2].map((plantId) => ({ plantId, payload: { origin_location } })));
      await load(batch);
      await load(batch);
      const { plants } = await under().state();
      expect(plants.map((plant) => [plant.origin?.city.name, plant.origin?.latitude])).toEqual([
        ["Reus", null],
        ["Reus", null],
      ]);
    });
  });
}
