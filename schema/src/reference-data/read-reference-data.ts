import type { Kysely } from "kysely";
import type { PlantTables } from "../tables.js";
import type { Botanist, City, Country, Plant, ReferenceData } from "./reference-data.js";

/**
 * Reads all reference data, with the rows that no plant refers to. Each list is one query with its joins, so that a plant
 * that is loaded at the same time is read completely or not at all.
 */
export async function readReferenceData(db: Kysely<PlantTables>): Promise<ReferenceData> {
  const countries = await db
    .selectFrom("country")
    .select(["country_name", "country_code"])
    .orderBy("country_id")
    .execute();
  const cities = await db
    .selectFrom("city")
    .innerJoin("country", "country.country_id", "city.country_id")
    .select(["city_name", "country_name", "country_code"])
    .orderBy("city_id")
    .execute();
  const origins = await db
    .selectFrom("origin")
    .innerJoin("city", "city.city_id", "origin.city_id")
    .innerJoin("country", "country.country_id", "city.country_id")
    .select(["lat", "long", "city_name", "country_name", "country_code"])
    .orderBy("origin_id")
    .execute();
  const botanists = await db
    .selectFrom("botanist")
    .select(["email", "name", "phone", "observed_at"])
    .orderBy("botanist_id")
    .execute();
  return {
    countries: countries.map(toCountry),
    cities: cities.map(toCity),
    origins: origins.map((row) => ({ city: toCity(row), latitude: row.lat, longitude: row.long })),
    botanists: botanists.map(toBotanist),
    plants: await readPlants(db),
  };
}

async function readPlants(db: Kysely<PlantTables>): Promise<Plant[]> {
  const rows = await db
    .selectFrom("plant")
    .leftJoin("botanist", "botanist.botanist_id", "plant.botanist_id")
    .leftJoin("origin", "origin.origin_id", "plant.origin_id")
    .leftJoin("city", "city.city_id", "origin.city_id")
    .leftJoin("country", "country.country_id", "city.country_id")
    .selectAll("plant")
    .select([
      "email",
      "phone",
      "botanist.name as botanist_name",
      "botanist.observed_at as botanist_observed_at",
    ])
    .select(["lat", "long", "city_name", "country_name", "country_code"])
    .orderBy("plant_id")
    .execute();
  return rows.map((row) => ({
    plantId: row.plant_id,
    name: row.name,
    scientificName: row.scientific_name,
    imageUrl: row.image_url,
    imageLicenseUrl: row.image_license_url,
    thumbnailUrl: row.thumbnail,
    botanist:
      row.email === null
        ? null
        : toBotanist({
            email: row.email,
            name: row.botanist_name ?? "",
            phone: row.phone ?? "",
            observed_at: row.botanist_observed_at ?? "",
          }),
    origin:
      row.city_name === null
        ? null
        : {
            city: toCity({ ...row, city_name: row.city_name, country_name: row.country_name ?? "" }),
            latitude: row.lat,
            longitude: row.long,
          },
    observedAt: row.observed_at,
  }));
}

type CountryColumns = Pick<PlantTables["country"], "country_name" | "country_code">;

function toCountry({ country_name, country_code }: CountryColumns): Country {
  return { code: country_code, name: country_name };
}

function toCity({ city_name, ...country }: CountryColumns & Pick<PlantTables["city"], "city_name">): City {
  return { name: city_name, country: toCountry(country) };
}

function toBotanist({
  observed_at,
  ...botanist
}: Pick<PlantTables["botanist"], "email" | "name" | "phone" | "observed_at">): Botanist {
  return { ...botanist, observedAt: observed_at };
}
