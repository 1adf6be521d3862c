UPDATE botanist SET
  name = said.name,
  phone = CASE said.phone WHEN N'' THEN botanist.phone ELSE said.phone END,
  observed_at = said.observed_at
FROM [my]]schema].[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT email, name, phone, observed_at
  FROM (
    SELECT email, name, phone, CONVERT(DATETIME2(3), observed_at, 127) AS observed_at,
      ROW_NUMBER() OVER (PARTITION BY email ORDER BY observed_at DESC, email COLLATE Latin1_General_BIN2) AS place
    FROM OPENJSON(@1) WITH (
      email NVARCHAR(320) '$.email', name NVARCHAR(255) '$.name', phone NVARCHAR(255) '$.phone',
      observed_at NVARCHAR(30) '$.observedAt')
  ) AS given
  WHERE place = 1) AS said ON said.email = botanist.email
WHERE said.observed_at >= botanist.observed_at
  AND (said.name COLLATE Latin1_General_BIN2 <> botanist.name COLLATE Latin1_General_BIN2
    OR (said.phone <> N'' AND said.phone <> botanist.phone))

GO

INSERT INTO [my]]schema].[botanist] (email, name, phone, observed_at)
SELECT said.email, said.name, said.phone, said.observed_at
FROM (
  SELECT email, name, phone, observed_at
  FROM (
    SELECT email, name, phone, CONVERT(DATETIME2(3), observed_at, 127) AS observed_at,
      ROW_NUMBER() OVER (PARTITION BY email ORDER BY observed_at DESC, email COLLATE Latin1_General_BIN2) AS place
    FROM OPENJSON(@1) WITH (
      email NVARCHAR(320) '$.email', name NVARCHAR(255) '$.name', phone NVARCHAR(255) '$.phone',
      observed_at NVARCHAR(30) '$.observedAt')
  ) AS given
  WHERE place = 1) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK) WHERE botanist.email = said.email)

GO

UPDATE country SET country_code = said.country_code
FROM [my]]schema].[country] AS country WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT MIN(country_code) AS country_code, MIN(country_name) AS country_name
  FROM OPENJSON(@1) WITH (country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName')
  GROUP BY country_name) AS said ON said.country_name = country.country_name
WHERE country.country_code IS NULL AND said.country_code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM [my]]schema].[country] AS other WHERE other.country_code = said.country_code)

GO

INSERT INTO [my]]schema].[country] (country_name, country_code)
SELECT said.country_name, said.country_code
FROM (
  SELECT MIN(country_code) AS country_code, MIN(country_name) AS country_name
  FROM OPENJSON(@1) WITH (country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName')
  GROUP BY country_name) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[country] AS country WITH (UPDLOCK, HOLDLOCK)
  WHERE country.country_code = said.country_code OR country.country_name = said.country_name)

GO

INSERT INTO [my]]schema].[city] (city_name, country_id)
SELECT MIN(said.city_name), said.country_id
FROM (
  SELECT DISTINCT city.city_name, COALESCE(
  (SELECT country_id FROM [my]]schema].[country] WHERE country_code = city.country_code),
  (SELECT country_id FROM [my]]schema].[country] WHERE country_name = city.country_name)) AS country_id
  FROM OPENJSON(@1) WITH (
    city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS city) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[city] AS city WITH (UPDLOCK, HOLDLOCK)
  WHERE city.city_name = said.city_name AND city.country_id = said.country_id)
GROUP BY said.city_name, said.country_id

GO

INSERT INTO [my]]schema].[origin] (city_id, lat, long)
SELECT said.city_id, said.lat, said.long
FROM (
  SELECT DISTINCT 
  (SELECT city_id FROM [my]]schema].[city]
   WHERE city_name = origin.city_name AND country_id = COALESCE(
  (SELECT country_id FROM [my]]schema].[country] WHERE country_code = origin.country_code),
  (SELECT country_id FROM [my]]schema].[country] WHERE country_name = origin.country_name))) AS city_id, origin.lat, origin.long
  FROM OPENJSON(@1) WITH (
    lat FLOAT '$.latitude', long FLOAT '$.longitude', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS origin) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[origin] AS origin WITH (UPDLOCK, HOLDLOCK)
  WHERE origin.city_id = said.city_id AND (origin.lat = said.lat OR (origin.lat IS NULL AND said.lat IS NULL)) AND (origin.long = said.long OR (origin.long IS NULL AND said.long IS NULL)))

GO

UPDATE plant SET
  name = COALESCE(said.name, plant.name),
  scientific_name = COALESCE(said.scientific_name, plant.scientific_name),
  origin_id = COALESCE(said.origin_id, plant.origin_id),
  botanist_id = COALESCE(said.botanist_id, plant.botanist_id),
  image_license_url = COALESCE(said.image_license_url, plant.image_license_url),
  image_url = CASE WHEN said.image_url IS NULL OR 
    CASE WHEN plant.image_url_renew_at > said.observed_at AND said.image_url_renew_at IS NOT NULL
      AND LEFT(plant.image_url, CHARINDEX(N'?', plant.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(said.image_url, CHARINDEX(N'?', said.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.image_url ELSE said.image_url END,
  image_url_renew_at = CASE WHEN said.image_url IS NULL OR 
    CASE WHEN plant.image_url_renew_at > said.observed_at AND said.image_url_renew_at IS NOT NULL
      AND LEFT(plant.image_url, CHARINDEX(N'?', plant.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(said.image_url, CHARINDEX(N'?', said.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.image_url_renew_at ELSE said.image_url_renew_at END,
  thumbnail = CASE WHEN said.thumbnail IS NULL OR 
    CASE WHEN plant.thumbnail_renew_at > said.observed_at AND said.thumbnail_renew_at IS NOT NULL
      AND LEFT(plant.thumbnail, CHARINDEX(N'?', plant.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(said.thumbnail, CHARINDEX(N'?', said.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.thumbnail ELSE said.thumbnail END,
  thumbnail_renew_at = CASE WHEN said.thumbnail IS NULL OR 
    CASE WHEN plant.thumbnail_renew_at > said.observed_at AND said.thumbnail_renew_at IS NOT NULL
      AND LEFT(plant.thumbnail, CHARINDEX(N'?', plant.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(said.thumbnail, CHARINDEX(N'?', said.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.thumbnail_renew_at ELSE said.thumbnail_renew_at END,
  observed_at = said.observed_at
FROM [my]]schema].[plant] AS plant WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT plant.plant_id, plant.name, plant.scientific_name,
    plant.image_license_url, plant.image_url, plant.thumbnail,
    CONVERT(DATETIME2(3), plant.image_url_renew_at, 127) AS image_url_renew_at,
    CONVERT(DATETIME2(3), plant.thumbnail_renew_at, 127) AS thumbnail_renew_at, CONVERT(DATETIME2(3), plant.observed_at, 127) AS observed_at,
    (SELECT botanist_id FROM [my]]schema].[botanist] WHERE email = plant.email) AS botanist_id,
    (SELECT origin_id FROM [my]]schema].[origin] AS origin
     WHERE city_id = 
  (SELECT city_id FROM [my]]schema].[city]
   WHERE city_name = plant.city_name AND country_id = COALESCE(
  (SELECT country_id FROM [my]]schema].[country] WHERE country_code = plant.country_code),
  (SELECT country_id FROM [my]]schema].[country] WHERE country_name = plant.country_name)))
       AND (origin.lat = plant.lat OR (origin.lat IS NULL AND plant.lat IS NULL)) AND (origin.long = plant.long OR (origin.long IS NULL AND plant.long IS NULL))) AS origin_id
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', name NVARCHAR(255) '$.name', scientific_name NVARCHAR(255) '$.scientificName',
    image_license_url NVARCHAR(1000) '$.imageLicenseUrl', image_url NVARCHAR(1000) '$.imageUrl',
    thumbnail NVARCHAR(1000) '$.thumbnailUrl', image_url_renew_at NVARCHAR(30) '$.imageUrlRenewAt',
    thumbnail_renew_at NVARCHAR(30) '$.thumbnailRenewAt', observed_at NVARCHAR(30) '$.observedAt',
    email NVARCHAR(320) '$.email', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName',
    lat FLOAT '$.latitude', long FLOAT '$.longitude') AS plant) AS said ON said.plant_id = plant.plant_id
WHERE said.observed_at >= plant.observed_at
  AND (said.name COLLATE Latin1_General_BIN2 <> COALESCE(plant.name, N'') COLLATE Latin1_General_BIN2
    OR said.scientific_name COLLATE Latin1_General_BIN2 <> COALESCE(plant.scientific_name, N'') COLLATE Latin1_General_BIN2
    OR said.image_license_url COLLATE Latin1_General_BIN2 <> COALESCE(plant.image_license_url, N'') COLLATE Latin1_General_BIN2
    OR (said.image_url COLLATE Latin1_General_BIN2 <> COALESCE(plant.image_url, N'') COLLATE Latin1_General_BIN2 AND NOT 
    CASE WHEN plant.image_url_renew_at > said.observed_at AND said.image_url_renew_at IS NOT NULL
      AND LEFT(plant.image_url, CHARINDEX(N'?', plant.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(said.image_url, CHARINDEX(N'?', said.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1)
    OR (said.thumbnail COLLATE Latin1_General_BIN2 <> COALESCE(plant.thumbnail, N'') COLLATE Latin1_General_BIN2 AND NOT 
    CASE WHEN plant.thumbnail_renew_at > said.observed_at AND said.thumbnail_renew_at IS NOT NULL
      AND LEFT(plant.thumbnail, CHARINDEX(N'?', plant.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(said.thumbnail, CHARINDEX(N'?', said.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1)
    OR said.origin_id <> COALESCE(plant.origin_id, -1)
    OR said.botanist_id <> COALESCE(plant.botanist_id, -1))

GO

INSERT INTO [my]]schema].[plant] (plant_id, name, scientific_name, origin_id, botanist_id,
  image_license_url, image_url, thumbnail, image_url_renew_at, thumbnail_renew_at, observed_at)
SELECT said.plant_id, said.name, said.scientific_name, said.origin_id, said.botanist_id,
  said.image_license_url, said.image_url, said.thumbnail, said.image_url_renew_at, said.thumbnail_renew_at,
  said.observed_at
FROM (
  SELECT plant.plant_id, plant.name, plant.scientific_name,
    plant.image_license_url, plant.image_url, plant.thumbnail,
    CONVERT(DATETIME2(3), plant.image_url_renew_at, 127) AS image_url_renew_at,
    CONVERT(DATETIME2(3), plant.thumbnail_renew_at, 127) AS thumbnail_renew_at, CONVERT(DATETIME2(3), plant.observed_at, 127) AS observed_at,
    (SELECT botanist_id FROM [my]]schema].[botanist] WHERE email = plant.email) AS botanist_id,
    (SELECT origin_id FROM [my]]schema].[origin] AS origin
     WHERE city_id = 
  (SELECT city_id FROM [my]]schema].[city]
   WHERE city_name = plant.city_name AND country_id = COALESCE(
  (SELECT country_id FROM [my]]schema].[country] WHERE country_code = plant.country_code),
  (SELECT country_id FROM [my]]schema].[country] WHERE country_name = plant.country_name)))
       AND (origin.lat = plant.lat OR (origin.lat IS NULL AND plant.lat IS NULL)) AND (origin.long = plant.long OR (origin.long IS NULL AND plant.long IS NULL))) AS origin_id
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', name NVARCHAR(255) '$.name', scientific_name NVARCHAR(255) '$.scientificName',
    image_license_url NVARCHAR(1000) '$.imageLicenseUrl', image_url NVARCHAR(1000) '$.imageUrl',
    thumbnail NVARCHAR(1000) '$.thumbnailUrl', image_url_renew_at NVARCHAR(30) '$.imageUrlRenewAt',
    thumbnail_renew_at NVARCHAR(30) '$.thumbnailRenewAt', observed_at NVARCHAR(30) '$.observedAt',
    email NVARCHAR(320) '$.email', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName',
    lat FLOAT '$.latitude', long FLOAT '$.longitude') AS plant) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant] AS plant WITH (UPDLOCK, HOLDLOCK) WHERE plant.plant_id = said.plant_id)
