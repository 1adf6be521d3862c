import type { PlantRow, ReferenceRows } from "../reference-data/reference-rows.js";
import { jsonParameter, type Statement } from "../transaction/statement.js";

/** Writes reference data with one JSON document a table. Rows that are up to date are not changed. */
export function sqliteReferenceStatements(rows: ReferenceRows): Statement[] {
  const countries = jsonParameter(rows.countries);
  return [
    { sql: upsertBotanists, parameters: [jsonParameter(rows.botanists)] },
    { sql: addCountryCodes, parameters: [countries] },
    { sql: insertCountries, parameters: [countries] },
    { sql: insertCities, parameters: [jsonParameter(rows.cities)] },
    { sql: insertOrigins, parameters: [jsonParameter(rows.origins)] },
    { sql: upsertPlants, parameters: [jsonParameter(rows.plants.map(toArray))] },
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

// A country that was stored without a code gets its code.
const addCountryCodes = `
UPDATE country SET country_code = incoming.code
FROM (SELECT value ->> 'countryCode' AS code, value ->> 'countryName' AS name FROM json_each(?)) AS incoming
WHERE incoming.name = country.country_name AND country.country_code IS NULL AND incoming.code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM country AS other WHERE other.country_code = incoming.code)`;

const insertCountries = `
INSERT INTO country (country_name, country_code)
SELECT value ->> 'countryName', value ->> 'countryCode'
FROM json_each(?)
WHERE NOT EXISTS (SELECT 1 FROM country WHERE country_code = value ->> 'countryCode')
ON CONFLICT DO NOTHING`;

/** The expression for a key of a row in the JSON document. */
type Column = (key: "city" | "countryName" | "countryCode") => string;
const named: Column = (key) => `value ->> '${key}'`;

// By code; by name if there is no code, or if a row without a code has the name.
const countryOf = (column: Column) => `COALESCE(
  (SELECT country_id FROM country WHERE country_code = ${column("countryCode")}),
  (SELECT country_id FROM country WHERE country_name = ${column("countryName")}))`;

const insertCities = `
INSERT INTO city (city_name, country_id)
SELECT value ->> 'city', ${countryOf(named)}
FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING`;

const cityOf = (column: Column) => `
  (SELECT city_id FROM city WHERE city_name = ${column("city")} AND country_id = ${countryOf(column)})`;

const insertOrigins = `
INSERT INTO origin (city_id, lat, long)
SELECT ${cityOf(named)}, value ->> 'latitude', value ->> 'longitude'
FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING`;

// As arrays: there are as many plants as readings, and the look-up of keys in objects took 40 % of the time.
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
const toArray = (plant: PlantRow) => plantKeys.map((key) => plant[key]);
const indexed = (key: (typeof plantKeys)[number]) => `value ->> ${plantKeys.indexOf(key)}`;

/** The link without its query. */
const pathOf = (link: string) => `substr(${link}, 1, instr(${link} || '?', '?') - 1)`;

/** A presigned link is kept until its renewal time: a newer signature of the same path is no change of the plant. */
const keepsLink = (link: "image_url" | "thumbnail") => `
    (plant.${link}_renew_at > excluded.observed_at AND excluded.${link}_renew_at IS NOT NULL
      AND ${pathOf(`plant.${link}`)} = ${pathOf(`excluded.${link}`)})`;

const newLink = (link: "image_url" | "thumbnail") =>
  `iif(${keepsLink(link)}, plant.${link}, COALESCE(excluded.${link}, plant.${link}))`;

const newRenewal = (link: "image_url" | "thumbnail") =>
  `iif(excluded.${link} IS NULL OR ${keepsLink(link)}, plant.${link}_renew_at, excluded.${link}_renew_at)`;

// Materialized: the array of a row is then serialized once, and not once for each of its values.
const upsertPlants = `
WITH incoming AS MATERIALIZED (SELECT value FROM json_each(?))
INSERT INTO plant (plant_id, name, scientific_name, origin_id, botanist_id,
                   image_license_url, image_url, thumbnail, image_url_renew_at, thumbnail_renew_at, observed_at)
SELECT ${indexed("plantId")}, ${indexed("name")}, ${indexed("scientificName")},
  (SELECT origin_id FROM origin WHERE city_id = ${cityOf(indexed)}
     AND lat IS ${indexed("latitude")} AND long IS ${indexed("longitude")}),
  (SELECT botanist_id FROM botanist WHERE email = ${indexed("email")}),
  ${indexed("imageLicenseUrl")}, ${indexed("imageUrl")}, ${indexed("thumbnailUrl")},
  ${indexed("imageUrlRenewAt")}, ${indexed("thumbnailRenewAt")}, ${indexed("observedAt")}
FROM incoming WHERE true
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
