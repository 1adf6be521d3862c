import assert from "node:assert/strict";
import type { Country } from "@lmnh/plant-schema";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { batchOf, loadInto, type Suite } from "./fixtures.js";

function country(code: string | null, name: string): Country {
  return { code, name };
}

export function describeBotanistsAndOrigins(suite: Suite): void {
  suite.describe("botanists and origins", () => {
    const sharedNames: readonly (readonly [string, readonly Country[]])[] = [
      ["two codes", [country("AA", "Atlantis"), country("BB", "Atlantis")]],
      ["a code and none", [country(null, "Atlantis"), country("AA", "Atlantis")]],
      [
        "two codes, each with a second name",
        [country("BB", "Mu"), country("BB", "Atlantis"), country("AA", "Atlantis")],
      ],
      ["a code and none, in other letters", [country("AA", "Atlantis"), country(null, "ATLANTIS")]],
      ["two codes, in other letters", [country("AA", "Atlantis"), country("BB", "atlantis")]],
    ];
    for (const [what, countries] of sharedNames)
      suite.test(`load accepts countries with one name and ${what}, in any order`, async (under) => {
        const orders = [countries, [...countries].reverse()];
        for (const [turn, order] of orders.entries()) {
          const { plants, ...rest } = batchOf(
            order.map((_country, index) => ({ plantId: 10 * turn + index })),
          );
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
          assertMatches(await loadInto(under, batch), { loaded: order.length });
        }
        const cities = (await under.state()).plants.map(({ origin }) => origin?.city.name);
        assertEqual(
          cities,
          orders.flatMap((order, turn) => order.map((_country, index) => `City ${turn}${index}`)),
        );
      });

    suite.test("load accepts botanists whose addresses a collation may treat as equal", async (under) => {
      const emails = ["ada@x", "ADA@x", "stra\u00dfe@x", "strasse@x", "\uff41da@x", "ada@x\u200b"];
      const { plants, ...rest } = batchOf(emails.map((_email, plantId) => ({ plantId })));
      const batch = {
        ...rest,
        plants: plants.map((plant, index) => ({
          ...plant,
          botanist: { email: emails[index] ?? "", name: `Ada ${index}`, phone: "" },
        })),
      };
      assertMatches(await loadInto(under, batch), { loaded: emails.length });
      assert.equal(
        (await under.state()).plants.every(({ botanist }) => botanist !== null),
        true,
      );
    });

    suite.test("load stores a botanist of many plants once, with the newest phone number", async (under) => {
      const botanist = (phone: string) => ({
        botanist: { name: "Ada Green", email: "ada@lnhm.co.uk", phone },
      });
      await loadInto(
        under,
        batchOf([1, 2, 3].map((plantId) => ({ plantId, payload: botanist(`305-555-010${plantId}`) }))),
      );
      const phones = (await under.state()).plants.map((plant) => plant.botanist?.phone);
      assertEqual(phones, ["+13055550103", "+13055550103", "+13055550103"]);
    });

    suite.test("load stores a country once, by its code or any of its names", async (under) => {
      const from = (country: string, city: string) => ({
        origin_location: { latitude: 1, longitude: 2, city, country },
      });
      await loadInto(under, batchOf([{ plantId: 1, payload: from("Swaziland", "Manzini") }]));
      await loadInto(
        under,
        batchOf([
          { plantId: 2, payload: from("SZ", "Mbabane") },
          { plantId: 3, payload: from("Eswatini", "Manzini") },
        ]),
      );
      const origins = (await under.state()).plants.map((plant) => plant.origin);
      const swaziland = { code: "SZ", name: "Swaziland" };
      assertEqual(
        origins.map((origin) => origin?.city.country),
        [swaziland, swaziland, swaziland],
      );
      assertEqual(origins[2], origins[0]);
    });

    suite.test("load stores a country without a code by its name", async (under) => {
      const origin_location = { latitude: 1, longitude: 2, city: "Poseidonis", country: "Atlantis" };
      await loadInto(under, batchOf([1, 2].map((plantId) => ({ plantId, payload: { origin_location } }))));
      const { plants } = await under.state();
      assertEqual(
        plants.map((plant) => plant.origin?.city.country),
        [
          { code: null, name: "Atlantis" },
          { code: null, name: "Atlantis" },
        ],
      );
    });

    suite.test("load stores an origin without coordinates", async (under) => {
      const origin_location = { latitude: "999", longitude: 2, city: "Reus", country: "Spain" };
      const batch = batchOf([1, 2].map((plantId) => ({ plantId, payload: { origin_location } })));
      await loadInto(under, batch);
      await loadInto(under, batch);
      const { plants } = await under.state();
      assertEqual(
        plants.map((plant) => [plant.origin?.city.name, plant.origin?.latitude]),
        [
          ["Reus", null],
          ["Reus", null],
        ],
      );
    });
  });
}
