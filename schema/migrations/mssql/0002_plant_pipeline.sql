-- From the museum's tables to the pipeline's. Every table is copied (museum_…), dropped and created again, because not
-- every server can widen a key column in place. Views keep working, because they refer to tables by name. Permissions
-- that were granted on a table, and not on the schema, have to be granted again.
-- No row is lost: a row that violates a new key moves to quarantined_row with all its values.
-- The driver runs each batch in a scope of its own, so the copies cannot be temporary tables.

-- The copy would lose a column that is not the museum's, so its presence fails the migration.
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
  RAISERROR (N'museum_table_has_an_unknown_column', 16, 1);
GO

CREATE TABLE $(schema).[quarantined_row] (
  quarantined_row_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_quarantined_row PRIMARY KEY,
  table_name NVARCHAR(128) NOT NULL,
  row_id BIGINT NOT NULL,
  kept_row_id BIGINT NULL,
  reason NVARCHAR(255) NOT NULL,
  content NVARCHAR(MAX) NOT NULL,
  -- Of a conflicting reading: plant, time and values, so that the same reading is recorded once.
  natural_key NVARCHAR(200) COLLATE Latin1_General_BIN2 NULL
);
CREATE UNIQUE INDEX uq_quarantined_row_natural_key ON $(schema).[quarantined_row] (table_name, natural_key)
  WHERE natural_key IS NOT NULL;
GO

-- 1. Copies of the museum's rows. TABLOCKX is held until the transaction ends, so that no other program can write
--    between the copy and the drop.

SELECT * INTO $(schema).[museum_botanist] FROM $(schema).[botanist] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_country] FROM $(schema).[country] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_city] FROM $(schema).[city] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_origin] FROM $(schema).[origin] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_plant] FROM $(schema).[plant] WITH (TABLOCKX);
SELECT * INTO $(schema).[museum_plant_reading] FROM $(schema).[plant_reading] WITH (TABLOCKX);
GO

-- No id is used twice, not even that of a deleted reading: an older archive may contain it.
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

-- 2. The tables. The keys of the museum's tables follow in part 4, when the duplicates are removed.

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
  -- Assigned by the museum's API.
  plant_id INT NOT NULL CONSTRAINT pk_plant PRIMARY KEY,
  name NVARCHAR(255) NULL,
  scientific_name NVARCHAR(255) NULL,
  origin_id INT NULL CONSTRAINT fk_plant_origin REFERENCES $(schema).[origin] (origin_id),
  botanist_id INT NULL CONSTRAINT fk_plant_botanist REFERENCES $(schema).[botanist] (botanist_id),
  image_license_url NVARCHAR(1000) NULL,
  image_url NVARCHAR(1000) NULL,
  thumbnail NVARCHAR(1000) NULL,
  -- When a newer signature replaces a presigned link. NULL for a link without a signature.
  image_url_renew_at DATETIME2(3) NULL,
  thumbnail_renew_at DATETIME2(3) NULL,
  observed_at DATETIME2(3) NOT NULL
);
CREATE TABLE $(schema).[plant_reading] (
  plant_reading_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_plant_reading PRIMARY KEY,
  plant_id INT NOT NULL,
  soil_moisture FLOAT NOT NULL,
  temperature FLOAT NOT NULL,
  recording_taken DATETIME2(3) NOT NULL,
  last_watered DATETIME2(3) NULL,
  quality_flag INT NOT NULL CONSTRAINT df_plant_reading_quality_flag DEFAULT 0,
  ingested_at DATETIME2(3) NOT NULL,
  run_id NVARCHAR(64) NULL
);
GO

-- The archive catalog: which object holds which readings.
CREATE TABLE $(schema).[archive_file] (
  archive_file_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_archive_file PRIMARY KEY,
  -- Object stores distinguish a from A.
  object_key NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT uq_archive_file UNIQUE,
  -- The UTC hour of its readings, YYYY-MM-DDTHH.
  partition_hour NCHAR(13) NOT NULL,
  state NVARCHAR(16) NOT NULL
    CONSTRAINT ck_archive_file_state CHECK (state IN (N'claimed', N'verified', N'pruned', N'quarantined')),
  -- While the file is claimed or verified, it covers the readings of its hour with an id above after_id, up to through_id.
  after_id BIGINT NOT NULL,
  through_id BIGINT NOT NULL,
  row_count INT NOT NULL,
  byte_count BIGINT NULL,
  digest NVARCHAR(128) NULL,
  run_id NVARCHAR(64) NOT NULL,
  -- NULL for a restored file that another database claimed.
  claimed_at DATETIME2(3) NULL,
  verified_at DATETIME2(3) NULL,
  pruned_at DATETIME2(3) NULL,
  -- Why it was quarantined.
  reason NVARCHAR(MAX) NULL
);
CREATE INDEX ix_archive_file_state ON $(schema).[archive_file] (state, partition_hour);
-- The archive of this database: one row, none before the first archive run.
CREATE TABLE $(schema).[archive_metadata] (
  archive_metadata_id INT NOT NULL CONSTRAINT pk_archive_metadata PRIMARY KEY
    CONSTRAINT ck_archive_metadata CHECK (archive_metadata_id = 1),
  -- The same as in archive.json in the object store.
  archive_id NVARCHAR(64) NOT NULL
);
-- The number of readings that a day's summary was computed from.
CREATE TABLE $(schema).[daily_summary] (
  summary_date DATE NOT NULL CONSTRAINT pk_daily_summary PRIMARY KEY,
  readings INT NOT NULL
);
GO

CREATE TABLE $(schema).[plant_notice] (
  plant_notice_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_plant_notice PRIMARY KEY,
  -- Not a foreign key: the API also gives notices for plants that do not exist.
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
  reading_rejected TINYINT NOT NULL
    CONSTRAINT ck_plant_rejection_reading_rejected CHECK (reading_rejected IN (0, 1)),
  issues NVARCHAR(MAX) NOT NULL,
  body NVARCHAR(MAX) NOT NULL,
  -- base64 for a body that is not text.
  body_encoding NVARCHAR(8) NOT NULL
    CONSTRAINT df_plant_rejection_body_encoding DEFAULT N'text'
    CONSTRAINT ck_plant_rejection_body_encoding CHECK (body_encoding IN (N'text', N'base64')),
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
  -- NULL while the run is in progress.
  outcome NVARCHAR(16) NULL
    CONSTRAINT ck_etl_run_outcome CHECK (outcome IN (N'ok', N'degraded', N'failed')),
  -- A stable code; NULL for the outcome ok.
  reason NVARCHAR(64) NULL,
  exit_code INT NULL,
  requested INT NULL,
  loaded INT NULL,
  duplicates INT NULL,
  conflicts INT NULL,
  flagged INT NULL,
  not_found INT NULL,
  on_loan INT NULL,
  sensor_fault INT NULL,
  rejected INT NULL,
  failed INT NULL,
  report NVARCHAR(MAX) NULL
);
GO

-- 3. The rows, under their own ids. merged_… maps each row to the row that replaces it: the lowest id among its
--    duplicates, or its own. The collation of the new columns decides which rows are duplicates, as it does for the keys.

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

-- No row refers to the duplicates any more. Part 5 moves them to quarantined_row.
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
INTO $(schema).[classified_reading]
FROM $(schema).[museum_plant_reading] AS reading
LEFT JOIN $(schema).[plant] AS plant ON plant.plant_id = reading.plant_id;
GO

-- The first of several readings of one plant and time is kept.
SELECT plant_id, taken, MIN(plant_reading_id) AS kept_id
INTO $(schema).[kept_reading]
FROM $(schema).[classified_reading] WHERE reason IS NULL
GROUP BY plant_id, taken;
GO

-- The first insert only advances IDENTITY, which continues after the highest id it has seen.
SET IDENTITY_INSERT $(schema).[plant_reading] ON;
INSERT INTO $(schema).[plant_reading] (plant_reading_id, plant_id, soil_moisture, temperature, recording_taken, ingested_at)
SELECT last_reading_id, 0, 0, 0, '1970-01-01T00:00:00.000', '1970-01-01T00:00:00.000'
FROM $(schema).[museum_identity] WHERE last_reading_id > 1;
DELETE FROM $(schema).[plant_reading];
INSERT INTO $(schema).[plant_reading] (plant_reading_id, plant_id, soil_moisture, temperature, recording_taken,
  last_watered, quality_flag, ingested_at)
SELECT classified.plant_reading_id, classified.plant_id, classified.soil_moisture, classified.temperature, classified.taken,
  classified.watered, 0, classified.taken
FROM $(schema).[classified_reading] AS classified
JOIN $(schema).[kept_reading] AS kept ON kept.kept_id = classified.plant_reading_id;
SET IDENTITY_INSERT $(schema).[plant_reading] OFF;
GO

-- 4. Keys and indexes. Unlike SQLite, SQL Server's UNIQUE treats two NULLs as equal: right for an origin without
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
  INCLUDE (soil_moisture, temperature, last_watered, quality_flag);
CREATE INDEX ix_plant_notice_last_noticed ON $(schema).[plant_notice] (last_noticed);
CREATE INDEX ix_plant_rejection_received_at ON $(schema).[plant_rejection] (received_at);
CREATE INDEX ix_etl_run_started_at ON $(schema).[etl_run] (started_at);
-- Finds the runs that were killed: running, with an old start.
CREATE INDEX ix_etl_run_state ON $(schema).[etl_run] (state, started_at);
GO

-- 5. The rows that are not kept, and those that are kept without one of their values. Floats are written as text of 17
--    digits (style 3), which is exact; FOR JSON's own format is not.

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
SELECT N'plant_reading', classified.plant_reading_id, kept.plant_reading_id,
  CASE
    WHEN classified.reason IS NOT NULL THEN classified.reason
    WHEN kept.plant_reading_id = classified.plant_reading_id THEN N'last_watered is unreadable'
    WHEN classified.soil_moisture = kept.soil_moisture AND classified.temperature = kept.temperature
      AND (classified.watered = kept.last_watered OR (classified.watered IS NULL AND kept.last_watered IS NULL))
      THEN N'duplicate reading'
    ELSE N'conflicting reading'
  END,
  (SELECT classified.plant_reading_id AS plant_reading_id, classified.plant_id AS plant_id,
     CONVERT(VARCHAR(30), classified.soil_moisture, 3) AS soil_moisture,
     CONVERT(VARCHAR(30), classified.temperature, 3) AS temperature,
     classified.recording_taken AS recording_taken, classified.last_watered AS last_watered
   FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER)
FROM $(schema).[classified_reading] AS classified
LEFT JOIN $(schema).[plant_reading] AS kept
  ON classified.reason IS NULL AND kept.plant_id = classified.plant_id AND kept.recording_taken = classified.taken
WHERE classified.reason IS NOT NULL
  OR kept.plant_reading_id <> classified.plant_reading_id
  OR (classified.last_watered IS NOT NULL AND classified.watered IS NULL)
ORDER BY classified.plant_reading_id;
GO

DROP TABLE $(schema).[kept_reading];
DROP TABLE $(schema).[classified_reading];
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
