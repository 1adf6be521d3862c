-- From the museum's tables to the pipeline's. SQLite cannot widen a column or add a key, so every table is copied
-- (temp.museum_…), dropped and created again. Views keep working, because they refer to tables by name.
-- No row is lost: a row that violates a new key moves to quarantined_row with all its values.

CREATE TABLE quarantined_row (
  quarantined_row_id INTEGER PRIMARY KEY AUTOINCREMENT,
  table_name TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  kept_row_id INTEGER,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,
  -- Of a conflicting reading: plant, time and values, so that the same reading is recorded once.
  natural_key TEXT
);
CREATE UNIQUE INDEX quarantined_row_natural_key ON quarantined_row (table_name, natural_key)
WHERE natural_key IS NOT NULL;

-- The copy would lose a column that is not the museum's, so its presence fails the migration.
CREATE TEMP TABLE museum_column (
  unknown TEXT CONSTRAINT museum_table_has_an_unknown_column CHECK (unknown IS NULL)
);
INSERT INTO museum_column
SELECT name FROM pragma_table_info('botanist') WHERE name NOT IN ('botanist_id', 'email', 'name', 'phone')
UNION ALL
SELECT name FROM pragma_table_info('country') WHERE name NOT IN ('country_id', 'country_name')
UNION ALL
SELECT name FROM pragma_table_info('city') WHERE name NOT IN ('city_id', 'city_name', 'country_id')
UNION ALL
SELECT name FROM pragma_table_info('origin') WHERE name NOT IN ('origin_id', 'city_id', 'lat', 'long')
UNION ALL
SELECT name FROM pragma_table_info('plant')
WHERE name NOT IN ('plant_id', 'name', 'scientific_name', 'origin_id', 'botanist_id',
                   'image_license_url', 'image_url', 'thumbnail')
UNION ALL
SELECT name FROM pragma_table_info('plant_reading')
WHERE name NOT IN ('plant_reading_id', 'plant_id', 'soil_moisture', 'temperature', 'recording_taken', 'last_watered');

-- 1. Copies of the museum's rows. kept_id is the row that replaces this one: the lowest id among its duplicates, or its
--    own; NULL if it refers to a row that does not exist.

CREATE TEMP TABLE museum_botanist AS
SELECT *, min(botanist_id) OVER (PARTITION BY lower(trim(ifnull(email, '')))) AS kept_id
FROM botanist;

CREATE TEMP TABLE museum_country AS
SELECT *, min(country_id) OVER (PARTITION BY ifnull(country_name, '')) AS kept_id
FROM country;

CREATE TEMP TABLE museum_city AS
SELECT city.*, country.kept_id AS kept_country_id,
  CASE WHEN country.kept_id IS NOT NULL
    THEN min(city.city_id) OVER (PARTITION BY ifnull(city.city_name, ''), country.kept_id) END AS kept_id
FROM city LEFT JOIN museum_country AS country ON country.country_id = city.country_id;

CREATE TEMP TABLE museum_origin AS
SELECT origin.*, city.kept_id AS kept_city_id,
  CASE WHEN city.kept_id IS NOT NULL
    THEN min(origin.origin_id) OVER (PARTITION BY city.kept_id, ifnull(origin.lat, ''), ifnull(origin.long, '')) END AS kept_id
FROM origin LEFT JOIN museum_city AS city ON city.city_id = origin.city_id;

CREATE TEMP TABLE museum_plant AS
SELECT plant.*, origin.kept_id AS kept_origin_id, botanist.kept_id AS kept_botanist_id
FROM plant
LEFT JOIN museum_origin AS origin ON origin.origin_id = plant.origin_id
LEFT JOIN museum_botanist AS botanist ON botanist.botanist_id = plant.botanist_id;

-- Each time as it was written, and as ISO 8601 in UTC with milliseconds, finer fractions truncated.
CREATE TEMP TABLE readable_time (written TEXT PRIMARY KEY, iso TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO readable_time
SELECT written, substr(written, 1, 10) || 'T' || substr(written, 12, 8) || '.' || substr(fraction || '000', 1, 3) || 'Z'
FROM (
  SELECT written, ltrim(rtrim(replace(substr(written, 20), '+00:00', ''), 'Z'), '.') AS fraction
  FROM (
    SELECT CAST(recording_taken AS TEXT) AS written FROM plant_reading
    UNION SELECT CAST(last_watered AS TEXT) FROM plant_reading
  )
  WHERE written GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'
    AND substr(written, 20, 1) IN ('', '.', 'Z', '+')
)
WHERE fraction NOT GLOB '*[^0-9]*'
  -- SQLite accepts the hour 24, and reads 30 February as 1 March.
  AND substr(written, 12, 2) <= '23'
  AND date(substr(written, 1, 10)) = substr(written, 1, 10)
  AND time(substr(written, 12, 8)) IS NOT NULL;

CREATE TEMP TABLE museum_reading AS
SELECT reading.*, taken.iso AS taken, watered.iso AS watered,
  CASE
    WHEN plant.plant_id IS NULL THEN 'plant does not exist'
    WHEN taken.iso IS NULL THEN 'time is missing or unreadable'
    WHEN typeof(reading.soil_moisture) NOT IN ('integer', 'real')
      OR typeof(reading.temperature) NOT IN ('integer', 'real') THEN 'measurement is missing or unreadable'
  END AS reason
FROM plant_reading AS reading
LEFT JOIN plant ON plant.plant_id = reading.plant_id
LEFT JOIN readable_time AS taken ON taken.written = CAST(reading.recording_taken AS TEXT)
LEFT JOIN readable_time AS watered ON watered.written = CAST(reading.last_watered AS TEXT);

-- No id is used twice, not even that of a deleted row: an older archive may contain it.
CREATE TEMP TABLE museum_identity AS
SELECT name, seq FROM sqlite_sequence WHERE name IN ('botanist', 'country', 'city', 'origin', 'plant_reading')
UNION ALL SELECT 'botanist', max(botanist_id) FROM botanist
UNION ALL SELECT 'country', max(country_id) FROM country
UNION ALL SELECT 'city', max(city_id) FROM city
UNION ALL SELECT 'origin', max(origin_id) FROM origin
UNION ALL SELECT 'plant_reading', max(plant_reading_id) FROM plant_reading;

-- 2. The tables.

DROP TABLE plant_reading;
DROP TABLE plant;
DROP TABLE origin;
DROP TABLE city;
DROP TABLE country;
DROP TABLE botanist;

CREATE TABLE botanist (
  botanist_id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  observed_at TEXT NOT NULL
);

CREATE TABLE country (
  country_id INTEGER PRIMARY KEY AUTOINCREMENT,
  country_name TEXT NOT NULL UNIQUE,
  -- ISO 3166-1 alpha-2. UNIQUE accepts any number of NULLs.
  country_code TEXT UNIQUE
);

CREATE TABLE city (
  city_id INTEGER PRIMARY KEY AUTOINCREMENT,
  city_name TEXT NOT NULL,
  country_id INTEGER NOT NULL REFERENCES country (country_id),
  UNIQUE (city_name, country_id)
);
CREATE INDEX city_country ON city (country_id);

CREATE TABLE origin (
  origin_id INTEGER PRIMARY KEY AUTOINCREMENT,
  city_id INTEGER NOT NULL REFERENCES city (city_id),
  lat REAL,
  long REAL
);
-- UNIQUE (city_id, lat, long) would accept two origins without coordinates. No number equals ''.
CREATE UNIQUE INDEX origin_natural_key ON origin (city_id, ifnull(lat, ''), ifnull(long, ''));

CREATE TABLE plant (
  -- Assigned by the museum's API.
  plant_id INTEGER PRIMARY KEY,
  name TEXT,
  scientific_name TEXT,
  origin_id INTEGER REFERENCES origin (origin_id),
  botanist_id INTEGER REFERENCES botanist (botanist_id),
  image_license_url TEXT,
  image_url TEXT,
  thumbnail TEXT,
  -- When a newer signature replaces a presigned link. NULL for a link without a signature.
  image_url_renew_at TEXT,
  thumbnail_renew_at TEXT,
  observed_at TEXT NOT NULL
);
CREATE INDEX plant_origin ON plant (origin_id);
CREATE INDEX plant_botanist ON plant (botanist_id);

-- The archive catalog: which object holds which readings.
CREATE TABLE archive_file (
  archive_file_id INTEGER PRIMARY KEY AUTOINCREMENT,
  object_key TEXT NOT NULL UNIQUE,
  -- The UTC hour of its readings.
  partition_hour TEXT NOT NULL CHECK (partition_hour GLOB '????-??-??T??'),
  state TEXT NOT NULL CHECK (state IN ('claimed', 'verified', 'pruned', 'quarantined')),
  -- While the file is claimed or verified, it covers the readings of its hour with an id above after_id, up to through_id.
  after_id INTEGER NOT NULL,
  through_id INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  byte_count INTEGER,
  digest TEXT,
  run_id TEXT NOT NULL,
  -- NULL for a restored file that another database claimed.
  claimed_at TEXT,
  verified_at TEXT,
  pruned_at TEXT,
  -- Why it was quarantined.
  reason TEXT
);
CREATE INDEX archive_file_state ON archive_file (state, partition_hour);

-- The archive of this database: one row, none before the first archive run.
CREATE TABLE archive_metadata (
  archive_metadata_id INTEGER NOT NULL PRIMARY KEY CHECK (archive_metadata_id = 1),
  -- The same as in archive.json in the object store.
  archive_id TEXT NOT NULL
);

-- The number of readings that a day's summary was computed from.
CREATE TABLE daily_summary (
  summary_date TEXT NOT NULL PRIMARY KEY,
  readings INTEGER NOT NULL
);

CREATE TABLE plant_reading (
  -- AUTOINCREMENT: without it, ids would start again after the archive has emptied the table.
  plant_reading_id INTEGER PRIMARY KEY AUTOINCREMENT,
  plant_id INTEGER NOT NULL REFERENCES plant (plant_id),
  soil_moisture REAL NOT NULL,
  temperature REAL NOT NULL,
  -- Times are compared as text, so they all need the same format.
  recording_taken TEXT NOT NULL CHECK (recording_taken GLOB '????-??-??T??:??:??.???Z'),
  last_watered TEXT,
  quality_flag INTEGER NOT NULL DEFAULT 0,
  ingested_at TEXT NOT NULL,
  run_id TEXT,
  -- Also finds the latest reading of a plant.
  UNIQUE (plant_id, recording_taken)
);
-- The last 24 hours, and the hours to archive.
CREATE INDEX plant_reading_recording_taken ON plant_reading (recording_taken, plant_id);

CREATE TABLE plant_notice (
  plant_notice_id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Not a foreign key: the API also gives notices for plants that do not exist.
  plant_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  notice_date TEXT NOT NULL,
  first_noticed TEXT NOT NULL,
  last_noticed TEXT NOT NULL,
  UNIQUE (plant_id, kind, notice_date)
);
CREATE INDEX plant_notice_last_noticed ON plant_notice (last_noticed);

CREATE TABLE plant_rejection (
  plant_rejection_id INTEGER PRIMARY KEY AUTOINCREMENT,
  plant_id INTEGER NOT NULL,
  received_at TEXT NOT NULL,
  http_status INTEGER NOT NULL,
  reading_rejected INTEGER NOT NULL CHECK (reading_rejected IN (0, 1)),
  issues TEXT NOT NULL,
  body TEXT NOT NULL,
  -- base64 for a body that is not text.
  body_encoding TEXT NOT NULL DEFAULT 'text' CHECK (body_encoding IN ('text', 'base64')),
  body_bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  run_id TEXT NOT NULL,
  UNIQUE (plant_id, digest)
);
CREATE INDEX plant_rejection_received_at ON plant_rejection (received_at);

CREATE TABLE etl_run (
  run_id TEXT NOT NULL PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'incomplete', 'failed')),
  -- NULL while the run is in progress.
  outcome TEXT CHECK (outcome IN ('ok', 'degraded', 'failed')),
  -- A stable code; NULL for the outcome ok.
  reason TEXT,
  exit_code INTEGER,
  requested INTEGER,
  loaded INTEGER,
  duplicates INTEGER,
  conflicts INTEGER,
  flagged INTEGER,
  not_found INTEGER,
  on_loan INTEGER,
  sensor_fault INTEGER,
  rejected INTEGER,
  failed INTEGER,
  report TEXT
);
CREATE INDEX etl_run_started_at ON etl_run (started_at);
-- Finds the runs that were killed: running, with an old start.
CREATE INDEX etl_run_state ON etl_run (state, started_at);

-- 3. The rows that are kept, under their own ids.

INSERT INTO botanist (botanist_id, email, name, phone, observed_at)
SELECT botanist_id, lower(trim(ifnull(email, ''))), ifnull(name, ''), ifnull(phone, ''), '1970-01-01T00:00:00.000Z'
FROM museum_botanist WHERE kept_id = botanist_id;

INSERT INTO country (country_id, country_name)
SELECT country_id, ifnull(country_name, '') FROM museum_country WHERE kept_id = country_id;

INSERT INTO city (city_id, city_name, country_id)
SELECT city_id, ifnull(city_name, ''), kept_country_id FROM museum_city WHERE kept_id = city_id;

INSERT INTO origin (origin_id, city_id, lat, long)
SELECT origin_id, kept_city_id, lat, long FROM museum_origin WHERE kept_id = origin_id;

INSERT INTO plant (plant_id, name, scientific_name, origin_id, botanist_id, image_license_url, image_url, thumbnail,
                   observed_at)
SELECT plant_id, name, scientific_name, kept_origin_id, kept_botanist_id, image_license_url, image_url, thumbnail,
  '1970-01-01T00:00:00.000Z'
FROM museum_plant;

-- Ordered by id, so that the first of several readings of one plant and time is kept.
INSERT INTO plant_reading (plant_reading_id, plant_id, soil_moisture, temperature, recording_taken, last_watered,
                           quality_flag, ingested_at)
SELECT plant_reading_id, plant_id, soil_moisture, temperature, taken, watered, 0, taken
FROM museum_reading WHERE reason IS NULL ORDER BY plant_reading_id
ON CONFLICT (plant_id, recording_taken) DO NOTHING;

DELETE FROM sqlite_sequence WHERE name IN (SELECT name FROM museum_identity);
INSERT INTO sqlite_sequence (name, seq)
SELECT name, max(seq) FROM museum_identity GROUP BY name HAVING max(seq) > 0;

-- 4. The rows that are not kept, and those that are kept without one of their values.

INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content)
SELECT 'botanist', botanist_id, kept_id, 'duplicate botanist',
  json_object('botanist_id', botanist_id, 'email', email, 'name', name, 'phone', phone)
FROM museum_botanist WHERE kept_id <> botanist_id ORDER BY botanist_id;

INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content)
SELECT 'country', country_id, kept_id, 'duplicate country',
  json_object('country_id', country_id, 'country_name', country_name)
FROM museum_country WHERE kept_id <> country_id ORDER BY country_id;

INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content)
SELECT 'city', city_id, kept_id, iif(kept_id IS NULL, 'country does not exist', 'duplicate city'),
  json_object('city_id', city_id, 'city_name', city_name, 'country_id', country_id)
FROM museum_city WHERE kept_id IS NOT city_id ORDER BY city_id;

INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content)
SELECT 'origin', origin_id, kept_id, iif(kept_id IS NULL, 'city does not exist', 'duplicate origin'),
  json_object('origin_id', origin_id, 'city_id', city_id, 'lat', lat, 'long', long)
FROM museum_origin WHERE kept_id IS NOT origin_id ORDER BY origin_id;

INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content)
SELECT 'plant', plant_id, plant_id, 'origin or botanist does not exist',
  json_object('plant_id', plant_id, 'name', name, 'scientific_name', scientific_name, 'origin_id', origin_id,
    'botanist_id', botanist_id, 'image_license_url', image_license_url, 'image_url', image_url, 'thumbnail', thumbnail)
FROM museum_plant
WHERE (origin_id IS NOT NULL AND kept_origin_id IS NULL) OR (botanist_id IS NOT NULL AND kept_botanist_id IS NULL)
ORDER BY plant_id;

INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content)
SELECT 'plant_reading', museum.plant_reading_id, kept.plant_reading_id,
  CASE
    WHEN museum.reason IS NOT NULL THEN museum.reason
    WHEN kept.plant_reading_id = museum.plant_reading_id THEN 'last_watered is unreadable'
    WHEN museum.soil_moisture = kept.soil_moisture AND museum.temperature = kept.temperature
      AND museum.watered IS kept.last_watered THEN 'duplicate reading'
    ELSE 'conflicting reading'
  END,
  json_object('plant_reading_id', museum.plant_reading_id, 'plant_id', museum.plant_id,
    'soil_moisture', museum.soil_moisture, 'temperature', museum.temperature,
    'recording_taken', museum.recording_taken, 'last_watered', museum.last_watered)
FROM museum_reading AS museum
LEFT JOIN plant_reading AS kept
  ON museum.reason IS NULL AND kept.plant_id = museum.plant_id AND kept.recording_taken = museum.taken
WHERE museum.reason IS NOT NULL
  OR kept.plant_reading_id <> museum.plant_reading_id
  OR (museum.last_watered IS NOT NULL AND museum.watered IS NULL)
ORDER BY museum.plant_reading_id;

DROP TABLE museum_reading;
DROP TABLE readable_time;
DROP TABLE museum_identity;
DROP TABLE museum_plant;
DROP TABLE museum_origin;
DROP TABLE museum_city;
DROP TABLE museum_country;
DROP TABLE museum_botanist;
DROP TABLE museum_column;
