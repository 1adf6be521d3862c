import type { Country, Plant, ReferenceData } from "@lmnh/plant-schema";
import { fc, test } from "@lmnh/testing/property";
import { describe, expect, test as vitestTest } from "vitest";
import { mergeReferenceData } from "../../src/reference-snapshot/merge-reference-data.js";
import { buildPlants } from "../../src/testing/reading-builders.js";

const time = fc.integer({ min: 0, max: 5 }).map((hour) => `2026-01-01T0${hour}:00:00.000Z`);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value);
const country = fc.record({
  code: maybe(fc.constantFrom("ES", "HR")),
  name: fc.constantFrom("Spain", "Croatia"),
});
const city = fc.record({ name: fc.constantFrom("Reus", "Split"), country });
const degrees = maybe(fc.constantFrom(-0.5, 41.15612));
const origin = fc.record({ city, latitude: degrees, longitude: degrees });
const botanist = fc.record({
  email: fc.constantFrom("ada@lnhm.co.uk", "eliza@lnhm.co.uk"),
  name: fc.constantFrom("Ada", "Eliza"),
  phone: fc.constantFrom("", "+1", "+2"),
  observedAt: time,
});
const text = maybe(fc.constantFrom("a", "b"));
const plant = fc.record({
  plantId: fc.integer({ min: 1, max: 3 }),
  name: text,
  scientificName: text,
  imageUrl: text,
  imageLicenseUrl: text,
  thumbnailUrl: text,
  botanist: maybe(botanist),
  origin: maybe(origin),
  observedAt: time,
});
const state = fc.record({
  botanists: fc.array(botanist, { maxLength: 3 }),
  countries: fc.array(country, { maxLength: 3 }),
  cities: fc.array(city, { maxLength: 3 }),
  origins: fc.array(origin, { maxLength: 3 }),
  plants: fc.array(plant, { maxLength: 4 }),
});

const texts = [
  "name",
  "scientificName",
  "imageUrl",
  "imageLicenseUrl",
  "thumbnailUrl",
  "botanist",
  "origin",
] as const;

function countriesOf({ countries, cities, origins, plants }: ReferenceData): Country[] {
  const places = [...origins, ...plants.flatMap(({ origin }) => origin ?? [])].map(({ city }) => city);
  return [...countries, ...[...cities, ...places].map((each) => each.country)];
}

/** Whether a row has the country's name, its code, or a code that comes with its name. */
function sameCountry(given: readonly Country[], row: Country, { code, name }: Country): boolean {
  const codes = [code, ...given.filter((each) => each.name === name).map((each) => each.code)];
  return row.name === name || (row.code !== null && codes.includes(row.code));
}

describe("mergeReferenceData", () => {
  test(
    "keeps every row and every known field of every state",
    [fc.array(state, { maxLength: 4 })],
    (states) => {
      const merged = mergeReferenceData(...states);
      const plants = new Map(merged.plants.map((each) => [each.plantId, each]));
      const emails = new Set(merged.botanists.map(({ email }) => email));
      const given = states.flatMap(countriesOf);
      for (const { botanists, countries, cities, origins, plants: before } of states) {
        for (const older of before)
          for (const field of texts)
            if (older[field] !== null) expect(plants.get(older.plantId)?.[field]).not.toBeNull();
        for (const { email } of botanists) expect(emails).toContain(email);
        // Of two codes under one name one stays: a database has one row a name.
        // A database has one row a name and one a code, so another name of its code stands for it, and one code of its name.
        for (const country of countries)
          expect(merged.countries.some((row) => sameCountry(given, row, country))).toBe(true);
        for (const each of cities) expect(merged.cities.some(({ name }) => name === each.name)).toBe(true);
        for (const each of origins)
          expect(
            merged.origins.some(
              ({ latitude, longitude, city: place }) =>
                latitude === each.latitude && longitude === each.longitude && place.name === each.city.name,
            ),
          ).toBe(true);
      }
    },
  );

  test(
    "takes each plant and botanist as it was observed last",
    [fc.array(state, { maxLength: 4 })],
    (states) => {
      const merged = mergeReferenceData(...states);
      for (const older of states.flatMap(({ plants }) => plants)) {
        const found = merged.plants.find(({ plantId }) => plantId === older.plantId);
        expect((found?.observedAt ?? "") >= older.observedAt).toBe(true);
      }
      for (const older of states.flatMap(({ botanists }) => botanists)) {
        const found = merged.botanists.find(({ email }) => email === older.email);
        expect((found?.observedAt ?? "") >= older.observedAt).toBe(true);
      }
    },
  );

  test(
    "has each natural key once, and merging again changes nothing",
    [fc.array(state, { maxLength: 4 })],
    (states) => {
      const merged = mergeReferenceData(...states);
      const once = (keys: readonly unknown[]) => expect(new Set(keys).size).toBe(keys.length);
      once(merged.plants.map(({ plantId }) => plantId));
      once(merged.botanists.map(({ email }) => email));
      once(merged.countries.map(({ code, name }) => code ?? name));
      once(merged.cities.map((each) => JSON.stringify(each)));
      once(merged.origins.map((each) => JSON.stringify(each)));
      expect(mergeReferenceData(merged, merged)).toEqual(merged);
    },
  );

  vitestTest("the newer row wins wherever it comes from, and an equally old one of the later state", () => {
    const [fern] = buildPlants(8).plants as [Plant];
    const named = (name: string, observedAt: string): ReferenceData => ({
      ...buildPlants(),
      plants: [{ ...fern, name, observedAt }],
    });
    const early = named("Fern", "2026-01-01T00:00:00.000Z");
    const late = named("Great fern", "2026-01-02T00:00:00.000Z");
    expect(mergeReferenceData(early, late).plants).toEqual(late.plants);
    expect(mergeReferenceData(late, early).plants).toEqual(late.plants);
    const alike = named("Moss", "2026-01-02T00:00:00.000Z");
    expect(mergeReferenceData(late, alike).plants).toEqual(alike.plants);
  });

  vitestTest("a country by name alone is the one that has the name and a code", () => {
    const bare = { code: null, name: "Spain" };
    const coded = { code: "ES", name: "Spain" };
    const reus = (country: typeof bare | typeof coded) => ({ name: "Reus", country });
    const older = { ...buildPlants(), countries: [bare], cities: [reus(bare)] };
    const newer = { ...buildPlants(), countries: [coded], cities: [reus(coded)] };
    for (const merged of [mergeReferenceData(older, newer), mergeReferenceData(newer, older)])
      expect(merged).toMatchObject({ countries: [coded], cities: [reus(coded)] });
  });
});
