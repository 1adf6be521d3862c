import type { ReferenceRows } from "../reference-data/reference-rows.js";
import { jsonParameter, type Statement } from "../transaction/statement.js";

/**
 * The T-SQL twin of the SQLite statements: OPENJSON over one document a table, UPDATE … FROM and then
 * INSERT … WHERE NOT EXISTS, whose key range stays locked until the transaction ends.
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
    { sql: codeCountries(schema), parameters: [countries] },
    { sql: insertCountries(schema), parameters: [countries] },
    { sql: insertCities(schema), parameters: [jsonParameter(rows.cities)] },
    { sql: insertOrigins(schema), parameters: [jsonParameter(rows.origins)] },
    { sql: updatePlants(schema), parameters: [plants] },
    { sql: insertPlants(schema), parameters: [plants] },
  ];
}

/** Reads a time that was sent as ISO text, so that no driver has a say in its milliseconds. */
const instant = (column: string) => `CONVERT(DATETIME2(3), ${column}, 127)`;

// Addresses that differ here can be equal to the server, whose collation decides: the newest stands for all of them.
const botanistSaid = `
  SELECT email, name, phone, observed_at
  FROM (
    SELECT email, name, phone, ${instant("observed_at")} AS observed_at,
      ROW_NUMBER() OVER (PARTITION BY email ORDER BY observed_at DESC, email COLLATE Latin1_General_BIN2) AS place
    FROM OPENJSON(@1) WITH (
      email NVARCHAR(320) '$.email', name NVARCHAR(255) '$.name', phone NVARCHAR(255) '$.phone',
      observed_at NVARCHAR(30) '$.observedAt')
  ) AS given
  WHERE place = 1`;

const updateBotanists = (schema: string) => `
UPDATE botanist SET
  name = said.name,
  phone = CASE said.phone WHEN N'' THEN botanist.phone ELSE said.phone END,
  observed_at = said.observed_at
FROM ${schema}.[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK)
JOIN (${botanistSaid}) AS said ON said.email = botanist.email
WHERE said.observed_at >= botanist.observed_at
  AND (said.name COLLATE Latin1_General_BIN2 <> botanist.name COLLATE Latin1_General_BIN2
    OR (said.phone <> N'' AND said.phone <> botanist.phone))`;

const insertBotanists = (schema: string) => `
INSERT INTO ${schema}.[botanist] (email, name, phone, observed_at)
SELECT said.email, said.name, said.phone, said.observed_at
FROM (${botanistSaid}) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK) WHERE botanist.email = said.email)`;

// Names that differ here can be equal to the server, whose collation decides: one row a name, with its first code.
const countrySaid = `
  SELECT MIN(country_code) AS country_code, MIN(country_name) AS country_name
  FROM OPENJSON(@1) WITH (country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName')
  GROUP BY country_name`;

const codeCountries = (schema: string) => `
UPDATE country SET country_code = said.country_code
FROM ${schema}.[country] AS country WITH (UPDLOCK, HOLDLOCK)
JOIN (${countrySaid}) AS said ON said.country_name = country.country_name
WHERE country.country_code IS NULL AND said.country_code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ${schema}.[country] AS other WHERE other.country_code = said.country_code)`;

const insertCountries = (schema: string) => `
INSERT INTO ${schema}.[country] (country_name, country_code)
SELECT said.country_name, said.country_code
FROM (${countrySaid}) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[country] AS country WITH (UPDLOCK, HOLDLOCK)
  WHERE country.country_code = said.country_code OR country.country_name = said.country_name)`;

const countryOf = (schema: string, said: string) => `COALESCE(
  (SELECT country_id FROM ${schema}.[country] WHERE country_code = ${said}.country_code),
  (SELECT country_id FROM ${schema}.[country] WHERE country_name = ${said}.country_name))`;

const citySaid = (schema: string) => `
  SELECT DISTINCT city.city_name, ${countryOf(schema, "city")} AS country_id
  FROM OPENJSON(@1) WITH (
    city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS city`;

const insertCities = (schema: string) => `
INSERT INTO ${schema}.[city] (city_name, country_id)
SELECT MIN(said.city_name), said.country_id
FROM (${citySaid(schema)}) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[city] AS city WITH (UPDLOCK, HOLDLOCK)
  WHERE city.city_name = said.city_name AND city.country_id = said.country_id)
GROUP BY said.city_name, said.country_id`;

const cityOf = (schema: string, said: string) => `
  (SELECT city_id FROM ${schema}.[city]
   WHERE city_name = ${said}.city_name AND country_id = ${countryOf(schema, said)})`;

const originSaid = (schema: string) => `
  SELECT DISTINCT ${cityOf(schema, "origin")} AS city_id, origin.lat, origin.long
  FROM OPENJSON(@1) WITH (
    lat FLOAT '$.latitude', long FLOAT '$.longitude', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS origin`;

/** Equal, where nothing is equal to nothing. */
const same = (a: string, b: string) => `(${a} = ${b} OR (${a} IS NULL AND ${b} IS NULL))`;

const insertOrigins = (schema: string) => `
INSERT INTO ${schema}.[origin] (city_id, lat, long)
SELECT said.city_id, said.lat, said.long
FROM (${originSaid(schema)}) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[origin] AS origin WITH (UPDLOCK, HOLDLOCK)
  WHERE origin.city_id = said.city_id AND ${same("origin.lat", "said.lat")} AND ${same("origin.long", "said.long")})`;

const plantSaid = (schema: string) => `
  SELECT plant.plant_id, plant.name, plant.scientific_name,
    plant.image_license_url, plant.image_url, plant.thumbnail,
    ${instant("plant.image_url_renew_at")} AS image_url_renew_at,
    ${instant("plant.thumbnail_renew_at")} AS thumbnail_renew_at, ${instant("plant.observed_at")} AS observed_at,
    (SELECT botanist_id FROM ${schema}.[botanist] WHERE email = plant.email) AS botanist_id,
    (SELECT origin_id FROM ${schema}.[origin] AS origin
     WHERE city_id = ${cityOf(schema, "plant")}
       AND ${same("origin.lat", "plant.lat")} AND ${same("origin.long", "plant.long")}) AS origin_id
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', name NVARCHAR(255) '$.name', scientific_name NVARCHAR(255) '$.scientificName',
    image_license_url NVARCHAR(1000) '$.imageLicenseUrl', image_url NVARCHAR(1000) '$.imageUrl',
    thumbnail NVARCHAR(1000) '$.thumbnailUrl', image_url_renew_at NVARCHAR(30) '$.imageUrlRenewAt',
    thumbnail_renew_at NVARCHAR(30) '$.thumbnailRenewAt', observed_at NVARCHAR(30) '$.observedAt',
    email NVARCHAR(320) '$.email', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName',
    lat FLOAT '$.latitude', long FLOAT '$.longitude') AS plant`;

/** Said, and not what stands there to the letter: `Bird of paradise` is not `Bird of Paradise`. */
const newText = (column: string) =>
  `said.${column} COLLATE Latin1_General_BIN2 <> COALESCE(plant.${column}, N'') COLLATE Latin1_General_BIN2`;

/** Where the link leads, whatever is asked of it there. */
const pathOf = (link: string) =>
  `LEFT(${link}, CHARINDEX(N'?', ${link} + N'?') - 1) COLLATE Latin1_General_BIN2`;

/** A presigned link stays until most of its time is over: a newer signature of the same path is no change of the plant. */
const staysLink = (link: "image_url" | "thumbnail") => `
    CASE WHEN plant.${link}_renew_at > said.observed_at AND said.${link}_renew_at IS NOT NULL
      AND ${pathOf(`plant.${link}`)} = ${pathOf(`said.${link}`)} THEN 1 ELSE 0 END = 1`;

const keptWhere = (link: "image_url" | "thumbnail") => `said.${link} IS NULL OR ${staysLink(link)}`;

const newId = (column: string) => `said.${column} <> COALESCE(plant.${column}, -1)`;

const updatePlants = (schema: string) => `
UPDATE plant SET
  name = COALESCE(said.name, plant.name),
  scientific_name = COALESCE(said.scientific_name, plant.scientific_name),
  origin_id = COALESCE(said.origin_id, plant.origin_id),
  botanist_id = COALESCE(said.botanist_id, plant.botanist_id),
  image_license_url = COALESCE(said.image_license_url, plant.image_license_url),
${(["image_url", "thumbnail"] as const)
  .map(
    (link) => `  ${link} = CASE WHEN ${keptWhere(link)} THEN plant.${link} ELSE said.${link} END,
  ${link}_renew_at = CASE WHEN ${keptWhere(link)} THEN plant.${link}_renew_at ELSE said.${link}_renew_at END,`,
  )
  .join("\n")}
  observed_at = said.observed_at
FROM ${schema}.[plant] AS plant WITH (UPDLOCK, HOLDLOCK)
JOIN (${plantSaid(schema)}) AS said ON said.plant_id = plant.plant_id
WHERE said.observed_at >= plant.observed_at
  AND (${["name", "scientific_name", "image_license_url"].map(newText).join("\n    OR ")}
    OR ${(["image_url", "thumbnail"] as const).map((link) => `(${newText(link)} AND NOT ${staysLink(link)})`).join("\n    OR ")}
    OR ${["origin_id", "botanist_id"].map(newId).join("\n    OR ")})`;

const insertPlants = (schema: string) => `
INSERT INTO ${schema}.[plant] (plant_id, name, scientific_name, origin_id, botanist_id,
  image_license_url, image_url, thumbnail, image_url_renew_at, thumbnail_renew_at, observed_at)
SELECT said.plant_id, said.name, said.scientific_name, said.origin_id, said.botanist_id,
  said.image_license_url, said.image_url, said.thumbnail, said.image_url_renew_at, said.thumbnail_renew_at,
  said.observed_at
FROM (${plantSaid(schema)}) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant] AS plant WITH (UPDLOCK, HOLDLOCK) WHERE plant.plant_id = said.plant_id)`;
