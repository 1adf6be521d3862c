import type { PlantRow, ReferenceRows } from "../reference-data/reference-rows.js";
import { jsonParameter, type Statement } from "../transaction/statement.js";

/** Writes reference data with one statement a table, each fed by one JSON document; rows that are right stay untouched. */
export function sqliteReferenceStatements(rows: ReferenceRows): Statement[] {
  const countries = jsonParameter(rows.countries);
  return [
    { sql: upsertBotanists, parameters: [jsonParameter(rows.botanists)] },
    { sql: codeCountries, parameters: [countries] },
    { sql: insertCountries, parameters: [countries] },
    { sql: insertCities, parameters: [jsonParameter(rows.cities)] },
    { sql: insertOrigins, parameters: [jsonParameter(rows.origins)] },
    { sql: upsertPlants, parameters: [jsonParameter(rows.plants.map(toList))] },
  ];
}

// "WHERE true" keeps the parser from reading ON CONFLICT as a join condition.
const upsertBotanists = `
INSERT INTO botanist (email, name, phone, observed_at)
SELECT value ->> 'email', value ->> 'name', value ->> 'phone', value ->> 'observedAt'
FROM json_each(?) WHERE true
ON CONFLICT (email) DO UPDATE SET
  name = excluded.name,
  phone = CASE excluded.phone WHEN '' THEN botanist.phone ELSE excluded.phone END,
  observed_at = excluded.observed_at
WHERE excluded.observed_at >= botanist.observed_at
  AND (excluded.name <> botanist.name OR excluded.phone NOT IN ('', botanist.phone))`;

// A country that an older program entered by name alone gets its code.
const codeCountries = `
UPDATE country SET country_code = said.code
FROM (SELECT value ->> 'countryCode' AS code, value ->> 'countryName' AS name FROM json_each(?)) AS said
WHERE said.name = country.country_name AND country.country_code IS NULL AND said.code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM country AS other WHERE other.country_code = said.code)`;

const insertCountries = `
INSERT INTO country (country_name, country_code)
SELECT value ->> 'countryName', value ->> 'countryCode'
FROM json_each(?)
WHERE NOT EXISTS (SELECT 1 FROM country WHERE country_code = value ->> 'countryCode')
ON CONFLICT DO NOTHING`;

/** What stands for a key of a row in the JSON document. */
type Said = (key: "city" | "countryName" | "countryCode") => string;
const named: Said = (key) => `value ->> '${key}'`;

// By code; by name where there is no code, or where the code's name was taken by a row without it.
const countryOf = (said: Said) => `COALESCE(
  (SELECT country_id FROM country WHERE country_code = ${said("countryCode")}),
  (SELECT country_id FROM country WHERE country_name = ${said("countryName")}))`;

const insertCities = `
INSERT INTO city (city_name, country_id)
SELECT value ->> 'city', ${countryOf(named)}
FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING`;

const cityOf = (said: Said) => `
  (SELECT city_id FROM city WHERE city_name = ${said("city")} AND country_id = ${countryOf(said)})`;

const insertOrigins = `
INSERT INTO origin (city_id, lat, long)
SELECT ${cityOf(named)}, value ->> 'latitude', value ->> 'longitude'
FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING`;

// As lists: there are as many plants as readings, and to look a key up in an object took 40 % of the time.
const plantKeys = [
  "plantId",
  "name",
  "scientificName",
  "latitude",
  "longitude",
  "city",
  "countryName",
  "countryCode",
  "email",
  "imageLicenseUrl",
  "imageUrl",
  "thumbnailUrl",
  "imageUrlRenewAt",
  "thumbnailRenewAt",
  "observedAt",
] as const satisfies readonly (keyof PlantRow)[];
const toList = (plant: PlantRow) => plantKeys.map((key) => plant[key]);
const listed = (key: (typeof plantKeys)[number]) => `value ->> ${plantKeys.indexOf(key)}`;

/** Where the link leads, whatever is asked of it there. */
const pathOf = (link: string) => `substr(${link}, 1, instr(${link} || '?', '?') - 1)`;

/** A presigned link stays until most of its time is over: a newer signature of the same path is no change of the plant. */
const staysLink = (link: "image_url" | "thumbnail") => `
    (plant.${link}_renew_at > excluded.observed_at AND excluded.${link}_renew_at IS NOT NULL
      AND ${pathOf(`plant.${link}`)} = ${pathOf(`excluded.${link}`)})`;

const newLink = (link: "image_url" | "thumbnail") =>
  `iif(${staysLink(link)}, plant.${link}, COALESCE(excluded.${link}, plant.${link}))`;

const newRenewal = (link: "image_url" | "thumbnail") =>
  `iif(excluded.${link} IS NULL OR ${staysLink(link)}, plant.${link}_renew_at, excluded.${link}_renew_at)`;

// Materialized: a row's list becomes text once; straight from json_each it does for each of its values.
const upsertPlants = `
WITH said AS MATERIALIZED (SELECT value FROM json_each(?))
INSERT INTO plant (plant_id, name, scientific_name, origin_id, botanist_id,
                   image_license_url, image_url, thumbnail, image_url_renew_at, thumbnail_renew_at, observed_at)
SELECT ${listed("plantId")}, ${listed("name")}, ${listed("scientificName")},
  (SELECT origin_id FROM origin WHERE city_id = ${cityOf(listed)}
     AND lat IS ${listed("latitude")} AND long IS ${listed("longitude")}),
  (SELECT botanist_id FROM botanist WHERE email = ${listed("email")}),
  ${listed("imageLicenseUrl")}, ${listed("imageUrl")}, ${listed("thumbnailUrl")},
  ${listed("imageUrlRenewAt")}, ${listed("thumbnailRenewAt")}, ${listed("observedAt")}
FROM said WHERE true
ON CONFLICT (plant_id) DO UPDATE SET
  name = COALESCE(excluded.name, plant.name),
  scientific_name = COALESCE(excluded.scientific_name, plant.scientific_name),
  origin_id = COALESCE(excluded.origin_id, plant.origin_id),
  botanist_id = COALESCE(excluded.botanist_id, plant.botanist_id),
  image_license_url = COALESCE(excluded.image_license_url, plant.image_license_url),
  image_url = ${newLink("image_url")},
  thumbnail = ${newLink("thumbnail")},
  image_url_renew_at = ${newRenewal("image_url")},
  thumbnail_renew_at = ${newRenewal("thumbnail")},
  observed_at = excluded.observed_at
WHERE excluded.observed_at >= plant.observed_at
  AND (COALESCE(excluded.name, plant.name) IS NOT plant.name
    OR COALESCE(excluded.scientific_name, plant.scientific_name) IS NOT plant.scientific_name
    OR COALESCE(excluded.origin_id, plant.origin_id) IS NOT plant.origin_id
    OR COALESCE(excluded.botanist_id, plant.botanist_id) IS NOT plant.botanist_id
    OR COALESCE(excluded.image_license_url, plant.image_license_url) IS NOT plant.image_license_url
    OR ${newLink("image_url")} IS NOT plant.image_url
    OR ${newLink("thumbnail")} IS NOT plant.thumbnail)`;
