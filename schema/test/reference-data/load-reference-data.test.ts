import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { PlantDatabase } from "../../src/database.js";
import { migrate } from "../../src/migration/migrate.js";
import { loadReferenceData } from "../../src/reference-data/load-reference-data.js";
import { readReferenceData } from "../../src/reference-data/read-reference-data.js";
import { toReferenceRows } from "../../src/reference-data/reference-rows.js";
import { museumSeed } from "../../src/reference-data/seed.js";
import { openSqlite } from "../../src/sqlite/index.js";
import { temporaryDirectory } from "../support/temporary-directory.js";

let database: PlantDatabase;
beforeEach(async () => {
  database = await openSqlite(`sqlite:${join(await temporaryDirectory(), "plants.db")}`);
  await migrate(database);
  return () => database.close();
});

async function tables() {
  const { db } = database;
  return {
    botanist: await db.selectFrom("botanist").selectAll().execute(),
    country: await db.selectFrom("country").selectAll().execute(),
    city: await db.selectFrom("city").selectAll().execute(),
    origin: await db.selectFrom("origin").selectAll().execute(),
    plant: await db.selectFrom("plant").selectAll().execute(),
  };
}

test("loadReferenceData loads the seed of the museum, and changes nothing the second time", async () => {
  const seed = museumSeed();
  await loadReferenceData(database, seed);
  const first = await tables();
  const counts = Object.fromEntries(Object.entries(first).map(([table, rows]) => [table, rows.length]));
  expect(counts).toEqual({
    botanist: seed.botanists.length,
    country: seed.countries.length,
    city: seed.cities.length,
    origin: seed.origins.length,
    plant: 49,
  });
  expect(first.plant.every((plant) => plant.origin_id !== null && plant.botanist_id !== null)).toBe(true);
  await loadReferenceData(database, seed);
  expect(await tables()).toEqual(first);
});

test("readReferenceData returns what loadReferenceData wrote", async () => {
  const seed = museumSeed();
  await loadReferenceData(database, seed);
  const read = await readReferenceData(database.db);
  expect(toReferenceRows(read)).toEqual(toReferenceRows(seed));
  expect(read.plants).toMatchObject(seed.plants);
});

test("loadReferenceData lets a later seed correct an earlier one, but never an observation", async () => {
  const seed = museumSeed();
  const [plant] = seed.plants;
  if (plant === undefined) throw new Error("the seed has no plant");
  const load = (name: string, observedAt = plant.observedAt) =>
    loadReferenceData(database, { ...seed, plants: [{ ...plant, name, observedAt }] });
  const name = async () => (await tables()).plant[0]?.name;

  await load("Fren");
  await load("Fern");
  expect(await name()).toBe("Fern");
  await load("Great fern", "2026-01-28T12:00:00.000Z");
  await load("Fern");
  expect(await name()).toBe("Great fern");
});

test("loadReferenceData adds the code to a country that has none", async () => {
  await database.db.insertInto("country").values({ country_name: "Spain", country_code: null }).execute();
  const countries = [{ code: "ES", name: "Spain" }];
  await loadReferenceData(database, { botanists: [], countries, cities: [], origins: [], plants: [] });
  expect((await tables()).country).toMatchObject([{ country_name: "Spain", country_code: "ES" }]);
});
