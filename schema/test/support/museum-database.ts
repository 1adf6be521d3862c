import Libsql from "libsql";

/** The museum's tables, in SQLite's types. */
const museumTables = `
CREATE TABLE botanist (botanist_id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL, phone VARCHAR(255) NOT NULL);
CREATE TABLE country (country_id INTEGER PRIMARY KEY, country_name VARCHAR(255));
CREATE TABLE city (city_id INTEGER PRIMARY KEY, city_name VARCHAR(255), country_id SMALLINT REFERENCES country);
CREATE TABLE origin (origin_id INTEGER PRIMARY KEY, city_id BIGINT REFERENCES city, lat FLOAT, long FLOAT);
CREATE TABLE plant (plant_id SMALLINT PRIMARY KEY, name VARCHAR(255), scientific_name VARCHAR(255),
  origin_id SMALLINT REFERENCES origin, botanist_id SMALLINT REFERENCES botanist,
  image_license_url VARCHAR(1000), image_url VARCHAR(1000), thumbnail VARCHAR(1000));
CREATE TABLE plant_reading (plant_reading_id INTEGER PRIMARY KEY AUTOINCREMENT, plant_id SMALLINT REFERENCES plant,
  soil_moisture FLOAT, temperature FLOAT, recording_taken DATETIME, last_watered DATETIME);
CREATE INDEX reading_time ON plant_reading (recording_taken);`;

/** Makes a database as the museum has it, and runs `sql` in it, references unchecked. */
export function makeMuseumDatabase(path: string, sql: string): void {
  const database = new Libsql(path);
  database.exec(`PRAGMA foreign_keys = OFF; BEGIN; ${museumTables} ${sql}; COMMIT;`);
  database.close();
}

/** `count` readings of 50 plants, a minute apart; every tenth stands there twice. */
export function manyReadings(count: number): string {
  return `
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 50)
INSERT INTO plant (plant_id, name) SELECT n, 'Plant ' || n FROM number;
WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ${count - 1})
INSERT INTO plant_reading (plant_id, soil_moisture, temperature, recording_taken, last_watered)
SELECT 1 + (n - (n % 10 = 9)) % 50, 50.5, 12.25,
  datetime('2025-01-01', '+' || ((n - (n % 10 = 9)) / 50) || ' minutes'), '2024-12-31 13:00:00'
FROM number`;
}

/** Rows of a database, read by another connection than the one under test. */
export function readRows(path: string, sql: string): Record<string, unknown>[] {
  const database = new Libsql(path);
  try {
    return (database.prepare(sql).all() as Record<string, unknown>[]).map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
