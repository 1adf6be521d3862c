import fc from "fast-check";
import { expect, test } from "vitest";
import type { Plant, ReferenceData } from "../../src/reference-data/reference-data.js";
import { toReferenceRows } from "../../src/reference-data/reference-rows.js";

const nothing: ReferenceData = { botanists: [], countries: [], cities: [], origins: [], plants: [] };

const plant = fc.record<Plant>({
  plantId: fc.integer({ min: 1, max: 3 }),
  name: fc.constantFrom(null, "Fern", "Great fern"),
  scientificName: fc.constantFrom(null, "Filix"),
  imageUrl: fc.constant(null),
  imageLicenseUrl: fc.constant(null),
  thumbnailUrl: fc.constant(null),
  botanist: fc.option(
    fc.record({
      email: fc.constantFrom("a@x", "b@x"),
      name: fc.constantFrom("Ada", "Bo"),
      phone: fc.constantFrom("", "1", "2"),
    }),
  ),
  origin: fc.option(
    fc.record({
      city: fc.record({
        name: fc.constantFrom("Reus", "Split"),
        country: fc.record({
          code: fc.constantFrom(null, "ES", "PT"),
          name: fc.constantFrom("Spain", "Atlantis"),
        }),
      }),
      latitude: fc.constantFrom(null, 1.5),
      longitude: fc.constant(2),
    }),
  ),
  observedAt: fc.integer({ min: 0, max: 9 }).map((minute) => `2026-01-28T12:0${minute}:00.000Z`),
});
// One observation for each plant and time: of two at the same time neither is newer.
const sayings = fc.uniqueArray(plant, {
  selector: (plant) => `${plant.plantId} ${plant.observedAt}`,
  maxLength: 8,
});

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

test("toReferenceRows does not depend on the order of the observations", () => {
  fc.assert(
    fc.property(sayings, fc.nat(), (plants, turn) => {
      const split = plants.length === 0 ? 0 : turn % plants.length;
      const turned = [...plants.slice(split), ...plants.slice(0, split)].reverse();
      const [rows, turnedRows] = [plants, turned].map((observations) =>
        toReferenceRows({ ...nothing, plants: observations }),
      );
      for (const table of ["botanists", "countries", "cities", "origins", "plants"] as const)
        expect(sorted(turnedRows?.[table] ?? [])).toEqual(sorted(rows?.[table] ?? []));
    }),
  );
});

test("toReferenceRows returns one row for each natural key, and every row that a plant refers to", () => {
  fc.assert(
    fc.property(sayings, (plants) => {
      const rows = toReferenceRows({ ...nothing, plants });
      const unique = (keys: readonly unknown[]) => expect(new Set(sorted(keys)).size).toBe(keys.length);
      unique(rows.botanists.map(({ email }) => email));
      unique(rows.countries.map(({ countryName }) => countryName));
      unique(rows.countries.flatMap(({ countryCode }) => countryCode ?? []));
      unique(rows.plants.map(({ plantId }) => plantId));
      const emails = new Set(rows.botanists.map(({ email }) => email));
      for (const { email } of rows.plants) expect(email === null || emails.has(email)).toBe(true);
      const cities = new Set(rows.cities.map(({ city }) => city));
      for (const { city } of rows.plants) expect(city === null || cities.has(city)).toBe(true);
    }),
  );
});

test("toReferenceRows returns the newest observation of a botanist, whose time is by default that of the plant", () => {
  const ada = { email: "a@x", name: "Ada", phone: "1" };
  const mentioning = (plantId: number, botanist: Plant["botanist"], observedAt: string): Plant => ({
    plantId,
    name: null,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist,
    origin: null,
    observedAt,
  });
  const botanists = (data: Partial<ReferenceData>) => toReferenceRows({ ...nothing, ...data }).botanists;
  const [january, march, may] = ["2026-01", "2026-03", "2026-05"].map((month) => `${month}-01T12:00:00.000Z`);
  if (january === undefined || march === undefined || may === undefined) throw new Error("no time");

  expect(botanists({ botanists: [ada] })).toEqual([{ ...ada, observedAt: "1970-01-01T00:00:00.000Z" }]);
  expect(botanists({ plants: [mentioning(1, ada, may)] })).toEqual([{ ...ada, observedAt: may }]);
  expect(botanists({ plants: [mentioning(1, { ...ada, observedAt: january }, may)] })).toEqual([
    { ...ada, observedAt: january },
  ]);
  const listed = { ...ada, phone: "2", observedAt: march };
  expect(botanists({ botanists: [listed], plants: [mentioning(1, ada, january)] })).toEqual([listed]);
  expect(botanists({ botanists: [listed], plants: [mentioning(1, ada, may)] })).toEqual([
    { ...ada, observedAt: may },
  ]);
  expect(botanists({ botanists: [listed], plants: [mentioning(1, { ...ada, phone: "" }, may)] })).toEqual([
    { ...ada, phone: "2", observedAt: may },
  ]);
});
