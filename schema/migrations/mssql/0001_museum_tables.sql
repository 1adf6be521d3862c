-- The museum's six tables. A database that already has them is adopted; the next migration gives both the same structure.
-- $(schema) is the quoted schema; GO ends a batch.

IF OBJECT_ID(N'$(schema).[botanist]') IS NULL
  CREATE TABLE $(schema).[botanist] (
    botanist_id SMALLINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    name VARCHAR(255) NOT NULL,
    phone VARCHAR(255) NOT NULL
  );
GO

IF OBJECT_ID(N'$(schema).[country]') IS NULL
  CREATE TABLE $(schema).[country] (
    country_id SMALLINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    country_name VARCHAR(255) NULL
  );
GO

IF OBJECT_ID(N'$(schema).[city]') IS NULL
  CREATE TABLE $(schema).[city] (
    city_id BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    city_name VARCHAR(255) NULL,
    country_id SMALLINT NULL REFERENCES $(schema).[country] (country_id)
  );
GO

IF OBJECT_ID(N'$(schema).[origin]') IS NULL
  CREATE TABLE $(schema).[origin] (
    origin_id SMALLINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    city_id BIGINT NULL REFERENCES $(schema).[city] (city_id),
    lat FLOAT NULL,
    long FLOAT NULL
  );
GO

IF OBJECT_ID(N'$(schema).[plant]') IS NULL
  CREATE TABLE $(schema).[plant] (
    plant_id SMALLINT NOT NULL PRIMARY KEY,
    name VARCHAR(255) NULL,
    scientific_name VARCHAR(255) NULL,
    origin_id SMALLINT NULL REFERENCES $(schema).[origin] (origin_id),
    botanist_id SMALLINT NULL REFERENCES $(schema).[botanist] (botanist_id),
    image_license_url VARCHAR(1000) NULL,
    image_url VARCHAR(1000) NULL,
    thumbnail VARCHAR(1000) NULL
  );
GO

IF OBJECT_ID(N'$(schema).[plant_reading]') IS NULL
  CREATE TABLE $(schema).[plant_reading] (
    plant_reading_id BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    plant_id SMALLINT NULL REFERENCES $(schema).[plant] (plant_id),
    soil_moisture FLOAT NULL,
    temperature FLOAT NULL,
    recording_taken DATETIME NULL,
    last_watered DATETIME NULL
  );
GO
