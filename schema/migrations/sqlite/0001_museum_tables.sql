-- The museum's six tables. A database that already has them is adopted; the next migration gives both the same structure.

CREATE TABLE IF NOT EXISTS botanist (
  botanist_id INTEGER PRIMARY KEY,
  email VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  phone VARCHAR(255) NOT NULL
);

CREATE TABLE IF NOT EXISTS country (
  country_id INTEGER PRIMARY KEY,
  country_name VARCHAR(255)
);

CREATE TABLE IF NOT EXISTS city (
  city_id INTEGER PRIMARY KEY,
  city_name VARCHAR(255),
  country_id INTEGER REFERENCES country (country_id)
);

CREATE TABLE IF NOT EXISTS origin (
  origin_id INTEGER PRIMARY KEY,
  city_id INTEGER REFERENCES city (city_id),
  lat FLOAT,
  long FLOAT
);

CREATE TABLE IF NOT EXISTS plant (
  plant_id INTEGER PRIMARY KEY,
  name VARCHAR(255),
  scientific_name VARCHAR(255),
  origin_id INTEGER REFERENCES origin (origin_id),
  botanist_id INTEGER REFERENCES botanist (botanist_id),
  image_license_url VARCHAR(1000),
  image_url VARCHAR(1000),
  thumbnail VARCHAR(1000)
);

CREATE TABLE IF NOT EXISTS plant_reading (
  plant_reading_id INTEGER PRIMARY KEY,
  plant_id INTEGER REFERENCES plant (plant_id),
  soil_moisture FLOAT,
  temperature FLOAT,
  recording_taken DATETIME,
  last_watered DATETIME
);
