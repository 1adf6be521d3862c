-- From the museum's tables to the pipeline's. Every table is copied aside (museum_…), dropped and made anew, because
-- columns under keys cannot be widened in place on every server; views, which name tables, go on working. Rights
-- that were granted on one of the tables, and not on the schema, have to be granted again.
-- No row is lost: what the new keys have no room for goes whole to quarantined_row.
-- The driver runs each batch in a scope of its own, so the copies are tables and not temporary ones.

-- A column that is not the museum's would be lost in the copy, so this stops before anything is touched.
IF EXISTS (
  SELECT 1 FROM sys.columns
  WHERE (object_id = OBJECT_ID(N'$(schema).[botanist]')
      AND name NOT IN (N'botanist_id', N'email', N'name', N'phone'))
    OR (object_id = OBJECT_ID(N'$(schema).[country]')
      AND name NOT IN (N'country_id', N'country_name'))
    OR (object_id = OBJECT_ID(N'$(schema).[city]')
      AND name NOT IN (N'city_id', N'city_name', N'country_id'))
    OR (object_id = OBJECT_ID(N'$(schema).[origin]')
      AND name NOT IN (N'origin_id', N'city_id', N'lat', N'long'))
    OR (object_id = OBJECT_ID(N'$(schema).[plant]')
      AND name NOT IN (N'plant_id', N'name', N'scientific_name', N'origin_id', N'botanist_id',
                       N'image_license_url', N'image_url', N'thumbnail'))
    OR (object_id = OBJECT_ID(N'$(schema).[plant_reading]')
      AND name NOT IN (N'plant_reading_id', N'plant_id', N'soil_moisture', N'temperature',
                       N'recording_taken', N'last_watered'))
)
  RAISERROR (N'museum_table_has_a_column_that_would_be_lost', 16, 1);
GO

CREATE TABLE $(schema).[quarantined_row] (
  quarantined_row_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_quarantined_row PRIMARY KEY,
  table_name NVARCHAR(128) NOT NULL,
  row_id BIGINT NOT NULL,
  kept_row_id BIGINT NULL,
  reason NVARCHAR(255) NOT NULL,
  content NVARCHAR(MAX) NOT NULL
);
GO

-- 1. The museum's rows, copied aside. TABLOCKX holds until the transaction ends: what another program writes waits,
--    and does not fall between copy and drop.

SELECT * INTO $(schema).[museum_botanist] FROM $(schema).[botanist] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_country] FROM $(schema).[country] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_city] FROM $(schema).[city] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_origin] FROM $(schema).[origin] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_plant] FROM $(schema).[plant] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_plant_reading] FROM $(schema).[plant_reading] WITH (TABLOCKX);
GO

-- No number is ever given twice, not even one whose reading is gone by now: older archives may hold it.
SELECT CAST(IDENT_CURRENT(N'$(schema).[plant_reading]') AS BIGINT) AS last_reading_id
INTO $(schema).[museum_identity];
GO

DROP TABLE $(schema).[plant_reading];
DROP TABLE $(schema).[plant];
DROP TABLE $(schema).[origin];
DROP TABLE $(schema).[city];
DROP TABLE $(schema).[country];
DROP TABLE $(schema).[botanist];
GO

-- 2. The tables. Their natural keys come after the rows, when duplicates are gone.

CREATE TABLE $(schema).[botanist] (
  botanist_id INT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_botanist PRIMARY KEY,
  email NVARCHAR(320) NOT NULL,
  name NVARCHAR(255) NOT NULL,
  phone NVARCHAR(255) NOT NULL,
  observed_at DATETIME2(3) NOT NULL
);
CREATE TABLE $(schema).[country] (
  country_id INT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_country PRIMARY KEY,
  country_name NVARCHAR(255) NOT NULL,
  -- ISO 3166-1 alpha-2.
  country_code NCHAR(2) NULL
);
CREATE TABLE $(schema).[city] (
  city_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_city PRIMARY KEY,
  city_name NVARCHAR(255) NOT NULL,
  country_id INT NOT NULL CONSTRAINT fk_city_country REFERENCES $(schema).[country] (country_id)
);
CREATE TABLE $(schema).[origin] (
  origin_id INT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_origin PRIMARY KEY,
  city_id BIGINT NOT NULL CONSTRAINT fk_origin_city REFERENCES $(schema).[city] (city_id),
  lat FLOAT NULL,
  long FLOAT NULL
);
CREATE TABLE $(schema).[plant] (
  -- The API's number, not ours.
  plant_id INT NOT NULL CONSTRAINT pk_plant PRIMARY KEY,
  name NVARCHAR(255) NULL,
  scientific_name NVARCHAR(255) NULL,
  origin_id INT NULL CONSTRAINT fk_plant_origin REFERENCES $(schema).[origin] (origin_id),
  botanist_id INT NULL CONSTRAINT fk_plant_botanist REFERENCES $(schema).[botanist] (botanist_id),
  image_license_url NVARCHAR(1000) NULL,
  image_url NVARCHAR(1000) NULL,
  thumbnail NVARCHAR(1000) NULL,
  observed_at DATETIME2(3) NOT NULL
);
CREATE TABLE $(schema).[plant_reading] (
  plant_reading_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_plant_reading PRIMARY KEY,
  plant_id INT NOT NULL,
  soil_moisture FLOAT NOT NULL,
  temperature FLOAT NOT NULL,
  recording_taken DATETIME2(3) NOT NULL,
  last_watered DATETIME2(3) NULL,
  quality_flag INT NOT NULL DEFAULT 0,
  ingested_at DATETIME2(3) NOT NULL,
  run_id NVARCHAR(64) NULL
);
GO

CREATE TABLE $(schema).[plant_notice] (
  plant_notice_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_plant_notice PRIMARY KEY,
  -- Not a foreign key: a notice may be about a plant that does not exist.
  plant_id INT NOT NULL,
  kind NVARCHAR(32) NOT NULL,
  notice_date DATE NOT NULL,
  first_noticed DATETIME2(3) NOT NULL,
  last_noticed DATETIME2(3) NOT NULL,
  CONSTRAINT uq_plant_notice UNIQUE (plant_id, kind, notice_date)
);
CREATE TABLE $(schema).[plant_rejection] (
  plant_rejection_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_plant_rejection PRIMARY KEY,
  plant_id INT NOT NULL,
  received_at DATETIME2(3) NOT NULL,
  http_status INT NOT NULL,
  -- Not BIT, which drivers read as true and false.
  reading_rejected TINYINT NOT NULL CONSTRAINT ck_plant_rejection_whole_answer CHECK (reading_rejected IN (0, 1)),
  issues NVARCHAR(MAX) NOT NULL,
  body NVARCHAR(MAX) NOT NULL,
  body_bytes INT NOT NULL,
  digest NCHAR(64) NOT NULL,
  run_id NVARCHAR(64) NOT NULL,
  CONSTRAINT uq_plant_rejection UNIQUE (plant_id, digest)
);
CREATE TABLE $(schema).[etl_run] (
  run_id NVARCHAR(64) NOT NULL CONSTRAINT pk_etl_run PRIMARY KEY,
  started_at DATETIME2(3) NOT NULL,
  finished_at DATETIME2(3) NULL,
  state NVARCHAR(16) NOT NULL
    CONSTRAINT ck_etl_run_state CHECK (state IN (N'running', N'complete', N'incomplete', N'failed')),
  requested INT NULL,
  loaded INT NULL,
  duplicates INT NULL,
  flagged INT NULL,
  not_found INT NULL,
  on_loan INT NULL,
  sensor_fault INT NULL,
  rejected INT NULL,
  failed INT NULL,
  report NVARCHAR(MAX) NULL
);
GO

-- 3. The rows, under their own numbers. merged_… says which row stands for which: itself, or the lowest number among
--    its duplicates. What equals what is for the new columns' collation to say, as it will be for their keys.

SET IDENTITY_INSERT $(schema).[botanist] ON;
INSERT INTO $(schema).[botanist] (botanist_id, email, name, phone, observed_at)
SELECT botanist_id, LOWER(LTRIM(RTRIM(COALESCE(email, N'')))), COALESCE(name, N''), COALESCE(phone, N''),
  CAST('1970-01-01T00:00:00.000' AS DATETIME2(3))
FROM $(schema).[museum_botanist];
SET IDENTITY_INSERT $(schema).[botanist] OFF;
GO

SELECT CAST(botanist_id AS INT) AS botanist_id, MIN(botanist_id) OVER (PARTITION BY email) AS kept_id
INTO $(schema).[merged_botanist] FROM $(schema).[botanist];
GO

SET IDENTITY_INSERT $(schema).[country] ON;
INSERT INTO $(schema).[country] (country_id, country_name)
SELECT country_id, COALESCE(country_name, N'') FROM $(schema).[museum_country];
SET IDENTITY_INSERT $(schema).[country] OFF;
GO

SELECT CAST(country_id AS INT) AS country_id, MIN(country_id) OVER (PARTITION BY country_name) AS kept_id
INTO $(schema).[merged_country] FROM $(schema).[country];
GO

SET IDENTITY_INSERT $(schema).[city] ON;
INSERT INTO $(schema).[city] (city_id, city_name, country_id)
SELECT city.city_id, COALESCE(city.city_name, N''), country.kept_id
FROM $(schema).[museum_city] AS city
JOIN $(schema).[merged_country] AS country ON country.country_id = city.country_id;
SET IDENTITY_INSERT $(schema).[city] OFF;
GO

SELECT CAST(city_id AS BIGINT) AS city_id, MIN(city_id) OVER (PARTITION BY city_name, country_id) AS kept_id
INTO $(schema).[merged_city] FROM $(schema).[city];
GO

SET IDENTITY_INSERT $(schema).[origin] ON;
INSERT INTO $(schema).[origin] (origin_id, city_id, lat, long)
SELECT origin.origin_id, city.kept_id, origin.lat, origin.long
FROM $(schema).[museum_origin] AS origin
JOIN $(schema).[merged_city] AS city ON city.city_id = origin.city_id;
SET IDENTITY_INSERT $(schema).[origin] OFF;
GO

SELECT CAST(origin_id AS INT) AS origin_id, MIN(origin_id) OVER (PARTITION BY city_id, lat, long) AS kept_id
INTO $(schema).[merged_origin] FROM $(schema).[origin];
GO

INSERT INTO $(schema).[plant] (plant_id, name, scientific_name, origin_id, botanist_id,
  image_license_url, image_url, thumbnail, observed_at)
SELECT plant.plant_id, plant.name, plant.scientific_name, origin.kept_id, botanist.kept_id,
  plant.image_license_url, plant.image_url, plant.thumbnail, CAST('1970-01-01T00:00:00.000' AS DATETIME2(3))
FROM $(schema).[museum_plant] AS plant
LEFT JOIN $(schema).[merged_origin] AS origin ON origin.origin_id = plant.origin_id
LEFT JOIN $(schema).[merged_botanist] AS botanist ON botanist.botanist_id = plant.botanist_id;
GO

-- Nothing refers to the duplicates any more; whole, they go to quarantined_row further down.
DELETE FROM $(schema).[origin]
WHERE origin_id IN (SELECT origin_id FROM $(schema).[merged_origin] WHERE kept_id <> origin_id);
DELETE FROM $(schema).[city]
WHERE city_id IN (SELECT city_id FROM $(schema).[merged_city] WHERE kept_id <> city_id);
DELETE FROM $(schema).[country]
WHERE country_id IN (SELECT country_id FROM $(schema).[merged_country] WHERE kept_id <> country_id);
DELETE FROM $(schema).[botanist]
WHERE botanist_id IN (SELECT botanist_id FROM $(schema).[merged_botanist] WHERE kept_id <> botanist_id);
GO

SELECT CAST(reading.plant_reading_id AS BIGINT) AS plant_reading_id, reading.plant_id,
  reading.soil_moisture, reading.temperature, reading.recording_taken, reading.last_watered,
  TRY_CONVERT(DATETIME2(3), reading.recording_taken) AS taken,
  TRY_CONVERT(DATETIME2(3), reading.last_watered) AS watered,
  CASE
    WHEN plant.plant_id IS NULL THEN N'plant does not exist'
    WHEN TRY_CONVERT(DATETIME2(3), reading.recording_taken) IS NULL THEN N'time is missing or unreadable'
    WHEN reading.soil_moisture IS NULL OR reading.temperature IS NULL THEN N'measurement is missing or unreadable'
  END AS reason
INTO $(schema).[judged_reading]
FROM $(schema).[museum_plant_reading] AS reading
LEFT JOIN $(schema).[plant] AS plant ON plant.plant_id = reading.plant_id;
GO

-- Of the readings of one plant and time the first one stays.
SELECT plant_id, taken, MIN(plant_reading_id) AS kept_id
INTO $(schema).[kept_reading]
FROM $(schema).[judged_reading] WHERE reason IS NULL
GROUP BY plant_id, taken;
GO

-- The first row is there for its number alone: IDENTITY goes on after the highest number that it has seen.
SET IDENTITY_INSERT $(schema).[plant_reading] ON;
INSERT INTO $(schema).[plant_reading] (plant_reading_id, plant_id, soil_moisture, temperature, recording_taken, ingested_at)
SELECT last_reading_id, 0, 0, 0, '1970-01-01T00:00:00.000', '1970-01-01T00:00:00.000'
FROM $(schema).[museum_identity] WHERE last_reading_id > 1;
DELETE FROM $(schema).[plant_reading];
INSERT INTO $(schema).[plant_reading] (plant_reading_id, plant_id, soil_moisture, temperature, recording_taken,
  last_watered, quality_flag, ingested_at)
SELECT judged.plant_reading_id, judged.plant_id, judged.soil_moisture, judged.temperature, judged.taken,
  judged.watered, 0, judged.taken
FROM $(schema).[judged_reading] AS judged
JOIN $(schema).[kept_reading] AS kept ON kept.kept_id = judged.plant_reading_id;
SET IDENTITY_INSERT $(schema).[plant_reading] OFF;
GO

-- 4. Keys and indexes. Unlike SQLite, SQL Server's UNIQUE takes two NULLs for equal: right for an origin without
--    coordinates, wrong for a country without a code.

ALTER TABLE $(schema).[botanist] ADD CONSTRAINT uq_botanist UNIQUE (email);
ALTER TABLE $(schema).[country] ADD CONSTRAINT uq_country UNIQUE (country_name);
CREATE UNIQUE INDEX uq_country_code ON $(schema).[country] (country_code) WHERE country_code IS NOT NULL;
ALTER TABLE $(schema).[city] ADD CONSTRAINT uq_city UNIQUE (city_name, country_id);
CREATE INDEX ix_city_country ON $(schema).[city] (country_id);
ALTER TABLE $(schema).[origin] ADD CONSTRAINT uq_origin UNIQUE (city_id, lat, long);
CREATE INDEX ix_plant_origin ON $(schema).[plant] (origin_id);
CREATE INDEX ix_plant_botanist ON $(schema).[plant] (botanist_id);
GO

ALTER TABLE $(schema).[plant_reading] ADD CONSTRAINT fk_plant_reading_plant
  FOREIGN KEY (plant_id) REFERENCES $(schema).[plant] (plant_id);
-- Also finds the latest reading of a plant.
ALTER TABLE $(schema).[plant_reading] ADD CONSTRAINT uq_plant_reading UNIQUE (plant_id, recording_taken);
-- The last 24 hours, and the hours to archive.
CREATE INDEX ix_plant_reading_recording_taken ON $(schema).[plant_reading] (recording_taken, plant_id)
  INCLUDE (soil_moisture, temperature, last_watered);
-- What came late into an hour that had been archived.
CREATE INDEX ix_plant_reading_ingested_at ON $(schema).[plant_reading] (ingested_at);
CREATE INDEX ix_plant_notice_last_noticed ON $(schema).[plant_notice] (last_noticed);
CREATE INDEX ix_plant_rejection_received_at ON $(schema).[plant_rejection] (received_at);
CREATE INDEX ix_etl_run_started_at ON $(schema).[etl_run] (started_at);
GO

-- 5. The rows that did not stay, and those that lost a part. Floats go as text of 17 digits (style 3), which is exact;
--    JSON's own form for them here is not.

INSERT INTO $(schema).[quarantined_row] (table_name, row_id, kept_row_id, reason, content)
SELECT N'botanist', museum.botanist_id, merged.kept_id, N'duplicate botanist',
  (SELECT museum.botanist_id AS botanist_id, museum.email AS email, museum.name AS name, museum.phone AS phone
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[museum_botanist] AS museum
JOIN $(schema).[merged_botanist] AS merged ON merged.botanist_id = museum.botanist_id
WHERE merged.kept_id <> museum.botanist_id
ORDER BY museum.botanist_id;
GO

INSERT INTO $(schema).[quarantined_row] (table_name, row_id, kept_row_id, reason, content)
SELECT N'country', museum.country_id, merged.kept_id, N'duplicate country',
  (SELECT museum.country_id AS country_id, museum.country_name AS country_name
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[museum_country] AS museum
JOIN $(schema).[merged_country] AS merged ON merged.country_id = museum.country_id
WHERE merged.kept_id <> museum.country_id
ORDER BY museum.country_id;
GO

INSERT INTO $(schema).[quarantined_row] (table_name, row_id, kept_row_id, reason, content)
SELECT N'city', museum.city_id, merged.kept_id,
  CASE WHEN merged.kept_id IS NULL THEN N'country does not exist' ELSE N'duplicate city' END,
  (SELECT museum.city_id AS city_id, museum.city_name AS city_name, museum.country_id AS country_id
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[museum_city] AS museum
LEFT JOIN $(schema).[merged_city] AS merged ON merged.city_id = museum.city_id
WHERE merged.kept_id IS NULL OR merged.kept_id <> museum.city_id
ORDER BY museum.city_id;
GO

INSERT INTO $(schema).[quarantined_row] (table_name, row_id, kept_row_id, reason, content)
SELECT N'origin', museum.origin_id, merged.kept_id,
  CASE WHEN merged.kept_id IS NULL THEN N'city does not exist' ELSE N'duplicate origin' END,
  (SELECT museum.origin_id AS origin_id, museum.city_id AS city_id,
     CONVERT(VARCHAR(30), museum.lat, 3) AS lat, CONVERT(VARCHAR(30), museum.long, 3) AS long
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[museum_origin] AS museum
LEFT JOIN $(schema).[merged_origin] AS merged ON merged.origin_id = museum.origin_id
WHERE merged.kept_id IS NULL OR merged.kept_id <> museum.origin_id
ORDER BY museum.origin_id;
GO

INSERT INTO $(schema).[quarantined_row] (table_name, row_id, kept_row_id, reason, content)
SELECT N'plant', museum.plant_id, museum.plant_id, N'origin or botanist does not exist',
  (SELECT museum.plant_id AS plant_id, museum.name AS name, museum.scientific_name AS scientific_name,
     museum.origin_id AS origin_id, museum.botanist_id AS botanist_id,
     museum.image_license_url AS image_license_url, museum.image_url AS image_url, museum.thumbnail AS thumbnail
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[museum_plant] AS museum
JOIN $(schema).[plant] AS plant ON plant.plant_id = museum.plant_id
WHERE (museum.origin_id IS NOT NULL AND plant.origin_id IS NULL)
  OR (museum.botanist_id IS NOT NULL AND plant.botanist_id IS NULL)
ORDER BY museum.plant_id;
GO

INSERT INTO $(schema).[quarantined_row] (table_name, row_id, kept_row_id, reason, content)
SELECT N'plant_reading', judged.plant_reading_id, kept.plant_reading_id,
  CASE
    WHEN judged.reason IS NOT NULL THEN judged.reason
    WHEN kept.plant_reading_id = judged.plant_reading_id THEN N'last_watered is unreadable'
    WHEN judged.soil_moisture = kept.soil_moisture AND judged.temperature = kept.temperature
      AND (judged.watered = kept.last_watered OR (judged.watered IS NULL AND kept.last_watered IS NULL))
      THEN N'duplicate reading'
    ELSE N'conflicting reading'
  END,
  (SELECT judged.plant_reading_id AS plant_reading_id, judged.plant_id AS plant_id,
     CONVERT(VARCHAR(30), judged.soil_moisture, 3) AS soil_moisture,
     CONVERT(VARCHAR(30), judged.temperature, 3) AS temperature,
     judged.recording_taken AS recording_taken, judged.last_watered AS last_watered
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[judged_reading] AS judged
LEFT JOIN $(schema).[plant_reading] AS kept
  ON judged.reason IS NULL AND kept.plant_id = judged.plant_id AND kept.recording_taken = judged.taken
WHERE judged.reason IS NOT NULL
  OR kept.plant_reading_id <> judged.plant_reading_id
  OR (judged.last_watered IS NOT NULL AND judged.watered IS NULL)
ORDER BY judged.plant_reading_id;
GO

DROP TABLE $(schema).[kept_reading];
DROP TABLE $(schema).[judged_reading];
DROP TABLE $(schema).[merged_origin];
DROP TABLE $(schema).[merged_city];
DROP TABLE $(schema).[merged_country];
DROP TABLE $(schema).[merged_botanist];
DROP TABLE $(schema).[museum_identity];
DROP TABLE $(schema).[museum_plant_reading];
DROP TABLE $(schema).[museum_plant];
DROP TABLE $(schema).[museum_origin];
DROP TABLE $(schema).[museum_city];
DROP TABLE $(schema).[museum_country];
DROP TABLE $(schema).[museum_botanist];
GO
