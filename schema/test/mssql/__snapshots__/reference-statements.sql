UPDATE botanist SET
  name = incoming.name,
  phone = CASE incoming.phone WHEN N'' THEN botanist.phone ELSE incoming.phone END,
  observed_at = incoming.observed_at
FROM [my]]schema].[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT email, name, phone, observed_at
  FROM (
    SELECT email, name, phone, CONVERT(DATETIME2(3), observed_at, 127) AS observed_at,
      ROW_NUMBER() OVER (PARTITION BY email ORDER BY observed_at DESC, email COLLATE Latin1_General_BIN2) AS recency
    FROM OPENJSON(@1) WITH (
      email NVARCHAR(320) '$.email', name NVARCHAR(255) '$.name', phone NVARCHAR(255) '$.phone',
      observed_at NVARCHAR(30) '$.observedAt')
  ) AS ranked
  WHERE recency = 1) AS incoming ON incoming.email = botanist.email
WHERE incoming.observed_at >= botanist.observed_at
  AND (incoming.name COLLATE Latin1_General_BIN2 <> botanist.name COLLATE Latin1_General_BIN2
    OR (incoming.phone <> N'' AND incoming.phone <> botanist.phone))

GO

INSERT INTO [my]]schema].[botanist] (email, name, phone, observed_at)
SELECT incoming.email, incoming.name, incoming.phone, incoming.observed_at
FROM (
  SELECT email, name, phone, observed_at
  FROM (
    SELECT email, name, phone, CONVERT(DATETIME2(3), observed_at, 127) AS observed_at,
      ROW_NUMBER() OVER (PARTITION BY email ORDER BY observed_at DESC, email COLLATE Latin1_General_BIN2) AS recency
    FROM OPENJSON(@1) WITH (
      email NVARCHAR(320) '$.email', name NVARCHAR(255) '$.name', phone NVARCHAR(255) '$.phone',
      observed_at NVARCHAR(30) '$.observedAt')
  ) AS ranked
  WHERE recency = 1) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[botanist] AS botanist WITH (UPDLOCK, HOLDLOCK) WHERE botanist.email = incoming.email)

GO

UPDATE country SET country_code = incoming.country_code
FROM [my]]schema].[country] AS country WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT MIN(country_code) AS country_code, MIN(country_name) AS country_name
  FROM OPENJSON(@1) WITH (country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName')
  GROUP BY country_name) AS incoming ON incoming.country_name = country.country_name
WHERE country.country_code IS NULL AND incoming.country_code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM [my]]schema].[country] AS other WHERE other.country_code = incoming.country_code)

GO

INSERT INTO [my]]schema].[country] (country_name, country_code)
SELECT incoming.country_name, incoming.country_code
FROM (
  SELECT MIN(country_code) AS country_code, MIN(country_name) AS country_name
  FROM OPENJSON(@1) WITH (country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName')
  GROUP BY country_name) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[country] AS country WITH (UPDLOCK, HOLDLOCK)
  WHERE country.country_code = incoming.country_code OR country.country_name = incoming.country_name)

GO

INSERT INTO [my]]schema].[city] (city_name, country_id)
SELECT MIN(incoming.city_name), incoming.country_id
FROM (
  SELECT DISTINCT city.city_name, COALESCE(
  (SELECT country_id FROM [my]]schema].[country] WHERE country_code = city.country_code),
  (SELECT country_id FROM [my]]schema].[country] WHERE country_name = city.country_name)) AS country_id
  FROM OPENJSON(@1) WITH (
    city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS city) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[city] AS city WITH (UPDLOCK, HOLDLOCK)
  WHERE city.city_name = incoming.city_name AND city.country_id = incoming.country_id)
GROUP BY incoming.city_name, incoming.country_id

GO

INSERT INTO [my]]schema].[origin] (city_id, lat, long)
SELECT incoming.city_id, incoming.lat, incoming.long
FROM (
  SELECT DISTINCT 
  (SELECT city_id FROM [my]]schema].[city]
   WHERE city_name = origin.city_name AND country_id = COALESCE(
  (SELECT country_id FROM [my]]schema].[country] WHERE country_code = origin.country_code),
  (SELECT country_id FROM [my]]schema].[country] WHERE country_name = origin.country_name))) AS city_id, origin.lat, origin.long
  FROM OPENJSON(@1) WITH (
    lat FLOAT '$.latitude', long FLOAT '$.longitude', city_name NVARCHAR(255) '$.city',
    country_code NCHAR(2) '$.countryCode', country_name NVARCHAR(255) '$.countryName') AS origin) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[origin] AS origin WITH (UPDLOCK, HOLDLOCK)
  WHERE origin.city_id = incoming.city_id AND (origin.lat = incoming.lat OR (origin.lat IS NULL AND incoming.lat IS NULL)) AND (origin.long = incoming.long OR (origin.long IS NULL AND incoming.long IS NULL)))

GO

UPDATE plant SET
  name = COALESCE(incoming.name, plant.name),
  scientific_name = COALESCE(incoming.scientific_name, plant.scientific_name),
  origin_id = COALESCE(incoming.origin_id, plant.origin_id),
  botanist_id = COALESCE(incoming.botanist_id, plant.botanist_id),
  image_license_url = COALESCE(incoming.image_license_url, plant.image_license_url),
  image_url = CASE WHEN incoming.image_url IS NULL OR 
    CASE WHEN plant.image_url_renew_at > incoming.observed_at AND incoming.image_url_renew_at IS NOT NULL
      AND LEFT(plant.image_url, CHARINDEX(N'?', plant.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(incoming.image_url, CHARINDEX(N'?', incoming.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.image_url ELSE incoming.image_url END,
  image_url_renew_at = CASE WHEN incoming.image_url IS NULL OR 
    CASE WHEN plant.image_url_renew_at > incoming.observed_at AND incoming.image_url_renew_at IS NOT NULL
      AND LEFT(plant.image_url, CHARINDEX(N'?', plant.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(incoming.image_url, CHARINDEX(N'?', incoming.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.image_url_renew_at ELSE incoming.image_url_renew_at END,
  thumbnail = CASE WHEN incoming.thumbnail IS NULL OR 
    CASE WHEN plant.thumbnail_renew_at > incoming.observed_at AND incoming.thumbnail_renew_at IS NOT NULL
      AND LEFT(plant.thumbnail, CHARINDEX(N'?', plant.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(incoming.thumbnail, CHARINDEX(N'?', incoming.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.thumbnail ELSE incoming.thumbnail END,
  thumbnail_renew_at = CASE WHEN incoming.thumbnail IS NULL OR 
    CASE WHEN plant.thumbnail_renew_at > incoming.observed_at AND incoming.thumbnail_renew_at IS NOT NULL
      AND LEFT(plant.thumbnail, CHARINDEX(N'?', plant.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(incoming.thumbnail, CHARINDEX(N'?', incoming.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1 THEN plant.thumbnail_renew_at ELSE incoming.thumbnail_renew_at END,
  observed_at = incoming.observed_at
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
    lat FLOAT '$.latitude', long FLOAT '$.longitude') AS plant) AS incoming ON incoming.plant_id = plant.plant_id
WHERE incoming.observed_at >= plant.observed_at
  AND (incoming.name COLLATE Latin1_General_BIN2 <> COALESCE(plant.name, N'') COLLATE Latin1_General_BIN2
    OR incoming.scientific_name COLLATE Latin1_General_BIN2 <> COALESCE(plant.scientific_name, N'') COLLATE Latin1_General_BIN2
    OR incoming.image_license_url COLLATE Latin1_General_BIN2 <> COALESCE(plant.image_license_url, N'') COLLATE Latin1_General_BIN2
    OR (incoming.image_url COLLATE Latin1_General_BIN2 <> COALESCE(plant.image_url, N'') COLLATE Latin1_General_BIN2 AND NOT 
    CASE WHEN plant.image_url_renew_at > incoming.observed_at AND incoming.image_url_renew_at IS NOT NULL
      AND LEFT(plant.image_url, CHARINDEX(N'?', plant.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(incoming.image_url, CHARINDEX(N'?', incoming.image_url + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1)
    OR (incoming.thumbnail COLLATE Latin1_General_BIN2 <> COALESCE(plant.thumbnail, N'') COLLATE Latin1_General_BIN2 AND NOT 
    CASE WHEN plant.thumbnail_renew_at > incoming.observed_at AND incoming.thumbnail_renew_at IS NOT NULL
      AND LEFT(plant.thumbnail, CHARINDEX(N'?', plant.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 = LEFT(incoming.thumbnail, CHARINDEX(N'?', incoming.thumbnail + N'?') - 1) COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END = 1)
    OR incoming.origin_id <> COALESCE(plant.origin_id, -1)
    OR incoming.botanist_id <> COALESCE(plant.botanist_id, -1))

GO

INSERT INTO [my]]schema].[plant] (plant_id, name, scientific_name, origin_id, botanist_id,
  image_license_url, image_url, thumbnail, image_url_renew_at, thumbnail_renew_at, observed_at)
SELECT incoming.plant_id, incoming.name, incoming.scientific_name, incoming.origin_id, incoming.botanist_id,
  incoming.image_license_url, incoming.image_url, incoming.thumbnail, incoming.image_url_renew_at, incoming.thumbnail_renew_at,
  incoming.observed_at
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
    lat FLOAT '$.latitude', long FLOAT '$.longitude') AS plant) AS incoming
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant] AS plant WITH (UPDLOCK, HOLDLOCK) WHERE plant.plant_id = incoming.plant_id)
