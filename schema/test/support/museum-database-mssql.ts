/** The museum's tables as its own SQL Server schema has them, and what stands in them but for readings. */
export function museumTablesMssql(schema: string): string[] {
  return [
    `CREATE TABLE ${schema}.botanist (botanist_id SMALLINT IDENTITY(1, 1) PRIMARY KEY,
      email VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, phone VARCHAR(255) NOT NULL)`,
    `CREATE TABLE ${schema}.country (country_id SMALLINT IDENTITY(1, 1) PRIMARY KEY, country_name VARCHAR(255))`,
    `CREATE TABLE ${schema}.city (city_id BIGINT IDENTITY(1, 1) PRIMARY KEY, city_name VARCHAR(255),
      country_id SMALLINT REFERENCES ${schema}.country (country_id))`,
    `CREATE TABLE ${schema}.origin (origin_id SMALLINT IDENTITY(1, 1) PRIMARY KEY,
      city_id BIGINT REFERENCES ${schema}.city (city_id), lat FLOAT, long FLOAT)`,
    `CREATE TABLE ${schema}.plant (plant_id SMALLINT PRIMARY KEY, name VARCHAR(255), scientific_name VARCHAR(255),
      origin_id SMALLINT REFERENCES ${schema}.origin (origin_id),
      botanist_id SMALLINT REFERENCES ${schema}.botanist (botanist_id),
      image_license_url VARCHAR(1000), image_url VARCHAR(1000), thumbnail VARCHAR(1000))`,
    `CREATE TABLE ${schema}.plant_reading (plant_reading_id BIGINT IDENTITY(1, 1) PRIMARY KEY,
      plant_id SMALLINT REFERENCES ${schema}.plant (plant_id),
      soil_moisture FLOAT, temperature FLOAT, recording_taken DATETIME, last_watered DATETIME)`,
    `INSERT INTO ${schema}.botanist (email, name, phone) VALUES ('ada@lnhm.org', 'Ada', '1'),
      ('bo@lnhm.org', 'Bo', '2'), (' ADA@lnhm.org ', 'Ada B.', '3'), ('ada@lnhm.org', 'Ada', '1')`,
    `INSERT INTO ${schema}.country (country_name) VALUES ('Chile'), ('Chile'), ('Brazil')`,
    `INSERT INTO ${schema}.city (city_name, country_id) VALUES ('Arica', 1), ('Arica', 2), ('Resplendor', 3)`,
    `INSERT INTO ${schema}.origin (city_id, lat, long) VALUES (1, -18.4783, -70.3126), (2, -18.4783, -70.3126)`,
    `INSERT INTO ${schema}.plant (plant_id, name, origin_id, botanist_id) VALUES ${Array.from(
      { length: 50 },
      (_, index) => `(${index + 1}, 'Plant ${index + 1}', ${1 + (index % 2)}, ${index % 2 === 0 ? 1 : 3})`,
    ).join(", ")}`,
  ];
}

/** 10,000 readings of 50 plants, a minute apart; every twentieth stands there twice. */
export function museumReadings(schema: string): string[] {
  const rows = Array.from({ length: 10_000 }, (_, index) => {
    const number = index - (index % 20 === 19 ? 1 : 0);
    const taken = new Date(Date.UTC(2025, 0, 1) + number * 60_000).toISOString().slice(0, 23);
    return `(${1 + (number % 50)}, ${(number % 97) + 0.1}, ${(number % 13) + 8.5}, '${taken}', '2024-12-31T13:00:00')`;
  });
  const statements: string[] = [];
  for (let start = 0; start < rows.length; start += 1_000)
    statements.push(
      `INSERT INTO ${schema}.plant_reading (plant_id, soil_moisture, temperature, recording_taken, last_watered)
       VALUES ${rows.slice(start, start + 1_000).join(", ")}`,
    );
  return statements;
}
