import type { ReferenceRows } from "../reference-data/reference-rows.js";
import { jsonParameter, type Statement } from "../transaction/statement.js";

/**
 * Writes reference data with one JSON document a table: UPDATE … FROM, then INSERT … WHERE NOT EXISTS, whose key range
 * stays locked until the transaction ends.
 *
 * @param schema quoted, as `[dbo]`
 */
export function mssqlReferenceStatements(schema: string, rows: ReferenceRows): Statement[] {
  const botanists = jsonParameter(rows.botanists);
  const countries = jsonParameter(rows.countries);
  const plants = jsonParameter(rows.plants);
  return [
    { sql: updateBotanists(schema), parameters: [botanists] },
    { sql: insertBotanists(schema), parameters: [botanists] },
    { sql: addCountryCodes(schema), parameters: [countries] },
    { sql: insertCountries(schema), parameters: [countries] },
    { sql: insertCities(schema), parameters: [jsonParameter(rows.cities)] },
    { sql: insertOrigins(schema), parameters: [jsonParameter(rows.origins)] },
    { sql: updatePlants(schema), parameters: [plants] },
    { sql: insertPlants(schema), parameters: [plants] },
  ];
}

/** Parses a time that was sent as ISO text, because drivers round times. */
const instant = (column: string) => `CONVERT(DATETIME2(3), ${column}, 127)`;

// Addresses that differ here can be equal by the collation of the server: the newest row is used.
const newBotanists = `
  SELECT email, name, phone, observed_at
  FROM (
    SELECT email, name, phone, ${instant("observed_at")} AS observed_at,
      ROW_NUMBER() OVER (PARTITION BY email ORDER BY observed_at DESC, email COLLATE Latin1_General_BIN2) AS recency
    FROM OPENJSON(@1) WITH (
      email NVARCHAR(320) '$.email', name NVARCHAR(255) '$.name', phone NVARCHAR(255) '$.phone',
      observed_at NVARCHAR(30) '$.observedAt')
  ) AS ranked
  WHERE recency = 1`;

const updateBotanists = (schema: string) => `
UPDATE botanist SET
  name = incoming.name,
  phone = CASE incoming.phone WHEN N'' THEN botanist.phone ELSE incoming.phone END,
  observed_at = incoming.observed_at
FROM ${schema}.[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK)
JOIN (${newBotanists}) AS incoming ON incoming.email = botanist.email
WHERE incoming.observed_at >= botanist.observed_at
  AND (incoming.name COLLATE Latin1_General_BIN2 <> botanist.name COLLATE Latin1_General_BIN2
    OR (incoming.phone <> N'' AND incoming.phone <> botanist.phone))`;

const insertBotanists = (schema: string) => `
INSERT INTO ${schema}.[botanist] (email, name, phone, observed_at)
SELECT incoming.email, incoming.name, incoming.phone, incoming.observed_at
FROM (${newBotanists}) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK) WHERE botanist.email = incoming.email)`;

// Names that differ here can be equal by the collation of the server: one row a name, with its first code.
const newCountries = `
  SELECT MIN(country_code) AS country_code, MIN(country_name) AS country_name
  FROM OPENJSON(@1) WITH (country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName')
  GROUP BY country_name`;

const addCountryCodes = (schema: string) => `
UPDATE country SET country_code = incoming.country_code
FROM ${schema}.[country] AS country WITH (UPDLOCK, HOLDLOCK)
JOIN (${newCountries}) AS incoming ON incoming.country_name = country.country_name
WHERE country.country_code IS NULL AND incoming.country_code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ${schema}.[country] AS other WHERE other.country_code = incoming.country_code)`;

const insertCountries = (schema: string) => `
INSERT INTO ${schema}.[country] (country_name, country_code)
SELECT incoming.country_name, incoming.country_code
FROM (${newCountries}) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[country] AS country WITH (UPDLOCK, HOLDLOCK)
  WHERE country.country_code = incoming.country_code OR country.country_name = incoming.country_name)`;

const countryOf = (schema: string, row: string) => `COALESCE(
  (SELECT country_id FROM ${schema}.[country] WHERE country_code = ${row}.country_code),
  (SELECT country_id FROM ${schema}.[country] WHERE country_name = ${row}.country_name))`;

const newCities = (schema: string) => `
  SELECT DISTINCT city.city_name, ${countryOf(schema, "city")} AS country_id
  FROM OPENJSON(@1) WITH (
    city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS city`;

const insertCities = (schema: string) => `
INSERT INTO ${schema}.[city] (city_name, country_id)
SELECT MIN(incoming.city_name), incoming.country_id
FROM (${newCities(schema)}) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[city] AS city WITH (UPDLOCK, HOLDLOCK)
  WHERE city.city_name = incoming.city_name AND city.country_id = incoming.country_id)
GROUP BY incoming.city_name, incoming.country_id`;

const cityOf = (schema: string, row: string) => `
  (SELECT city_id FROM ${schema}.[city]
   WHERE city_name = ${row}.city_name AND country_id = ${countryOf(schema, row)})`;

const newOrigins = (schema: string) => `
  SELECT DISTINCT ${cityOf(schema, "origin")} AS city_id, origin.lat, origin.long
  FROM OPENJSON(@1) WITH (
    lat FLOAT '$.latitude', long FLOAT '$.longitude', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS origin`;

/** Equal, or both NULL. */
const equal = (a: string, b: string) => `(${a} = ${b} OR (${a} IS NULL AND ${b} IS NULL))`;

const insertOrigins = (schema: string) => `
INSERT INTO ${schema}.[origin] (city_id, lat, long)
SELECT incoming.city_id, incoming.lat, incoming.long
FROM (${newOrigins(schema)}) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[origin] AS origin WITH (UPDLOCK, HOLDLOCK)
  WHERE origin.city_id = incoming.city_id AND ${equal("origin.lat", "incoming.lat")} AND ${equal("origin.long", "incoming.long")})`;

const newPlants = (schema: string) => `
  SELECT plant.plant_id, plant.name, plant.scientific_name,
    plant.image_license_url, plant.image_url, plant.thumbnail,
    ${instant("plant.image_url_renew_at")} AS image_url_renew_at,
    ${instant("plant.thumbnail_renew_at")} AS thumbnail_renew_at, ${instant("plant.observed_at")} AS observed_at,
    (SELECT botanist_id FROM ${schema}.[botanist] WHERE email = plant.email) AS botanist_id,
    (SELECT origin_id FROM ${schema}.[origin] AS origin
     WHERE city_id = ${cityOf(schema, "plant")}
       AND ${equal("origin.lat", "plant.lat")} AND ${equal("origin.long", "plant.long")}) AS origin_id
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', name NVARCHAR(255) '$.name', scientific_name NVARCHAR(255) '$.scientificName',
    image_license_url NVARCHAR(1000) '$.imageLicenseUrl', image_url NVARCHAR(1000) '$.imageUrl',
    thumbnail NVARCHAR(1000) '$.thumbnailUrl', image_url_renew_at NVARCHAR(30) '$.imageUrlRenewAt',
    thumbnail_renew_at NVARCHAR(30) '$.thumbnailRenewAt', observed_at NVARCHAR(30) '$.observedAt',
    email NVARCHAR(320) '$.email', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName',
    lat FLOAT '$.latitude', long FLOAT '$.longitude') AS plant`;

/** Not NULL, and not exactly the stored text: `Bird of paradise` is not `Bird of Paradise`. */
const changesText = (column: string) =>
  `incoming.${column} COLLATE Latin1_General_BIN2 <> COALESCE(plant.${column}, N'') COLLATE Latin1_General_BIN2`;

/** The link without its query. */
const pathOf = (link: string) =>
  `LEFT(${link}, CHARINDEX(N'?', ${link} + N'?') - 1) COLLATE Latin1_General_BIN2`;

/** A presigned link is kept until its renewal time: a newer signature of the same path is no change of the plant. */
const keepsLink = (link: "image_url" | "thumbnail") => `
    CASE WHEN plant.${link}_renew_at > incoming.observed_at AND incoming.${link}_renew_at IS NOT NULL
      AND ${pathOf(`plant.${link}`)} = ${pathOf(`incoming.${link}`)} THEN 1 ELSE 0 END = 1`;

const isKept = (link: "image_url" | "thumbnail") => `incoming.${link} IS NULL OR ${keepsLink(link)}`;

const changesId = (column: string) => `incoming.${column} <> COALESCE(plant.${column}, -1)`;

const updatePlants = (schema: string) => `
UPDATE plant SET
  name = COALESCE(incoming.name, plant.name),
  scientific_name = COALESCE(incoming.scientific_name, plant.scientific_name),
  origin_id = COALESCE(incoming.origin_id, plant.origin_id),
  botanist_id = COALESCE(incoming.botanist_id, plant.botanist_id),
  image_license_url = COALESCE(incoming.image_license_url, plant.image_license_url),
${(["image_url", "thumbnail"] as const)
  .map(
    (link) => `  ${link} = CASE WHEN ${isKept(link)} THEN plant.${link} ELSE incoming.${link} END,
  ${link}_renew_at = CASE WHEN ${isKept(link)} THEN plant.${link}_renew_at ELSE incoming.${link}_renew_at END,`,
  )
  .join("\n")}
  observed_at = incoming.observed_at
FROM ${schema}.[plant] AS plant WITH (UPDLOCK, HOLDLOCK)
JOIN (${newPlants(schema)}) AS incoming ON incoming.plant_id = plant.plant_id
WHERE incoming.observed_at >= plant.observed_at
  AND (${["name", "scientific_name", "image_license_url"].map(changesText).join("\n    OR ")}
    OR ${(["image_url", "thumbnail"] as const).map((link) => `(${changesText(link)} AND NOT ${keepsLink(link)})`).join("\n    OR ")}
    OR ${["origin_id", "botanist_id"].map(changesId).join("\n    OR ")})`;

const insertPlants = (schema: string) => `
INSERT INTO ${schema}.[plant] (plant_id, name, scientific_name, origin_id, botanist_id,
  image_license_url, image_url, thumbnail, image_url_renew_at, thumbnail_renew_at, observed_at)
SELECT incoming.plant_id, incoming.name, incoming.scientific_name, incoming.origin_id, incoming.botanist_id,
  incoming.image_license_url, incoming.image_url, incoming.thumbnail, incoming.image_url_renew_at, incoming.thumbnail_renew_at,
  incoming.observed_at
FROM (${newPlants(schema)}) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant] AS plant WITH (UPDLOCK, HOLDLOCK) WHERE plant.plant_id = incoming.plant_id)`;
