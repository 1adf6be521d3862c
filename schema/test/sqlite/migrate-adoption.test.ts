import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { migrate } from "../../src/migration/migrate.js";
import { openSqlite } from "../../src/sqlite/index.js";
import { makeMuseumDatabase, manyReadings, readRows } from "../support/museum-database.js";
import { temporaryDirectory } from "../support/temporary-directory.js";

const structure = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
const unobserved = "1970-01-01T00:00:00.000Z";

/** Adopts a museum database that holds what `sql` puts there. */
async function adopt(sql: string) {
  const path = join(await temporaryDirectory(), "plants.db");
  makeMuseumDatabase(path, sql);
  const opened = await openSqlite(`sqlite:${path}`);
  onTestFinished(() => opened.close());
  const report = await migrate(opened);
  const read = (query: string) => readRows(path, query);
  const quarantined = () =>
    read(
      "SELECT table_name, row_id, kept_row_id, reason, content FROM quarantined_row ORDER BY quarantined_row_id",
    ).map(({ table_name, row_id, kept_row_id, reason, content }) => ({
      table_name,
      row_id,
      kept_row_id,
      reason,
      content: JSON.parse(String(content)) as unknown,
    }));
  return { path, opened, report, read, quarantined };
}

it("migrate gives an adopted database the same structure as a new one", async () => {
  const adopted = await adopt(manyReadings(10));
  const path = join(await temporaryDirectory(), "fresh.db");
  const opened = await openSqlite(`sqlite:${path}`);
  onTestFinished(() => opened.close());
  await migrate(opened);
  expect(adopted.read(structure)).toEqual(readRows(path, structure));
});

it("adoption keeps ids and values, and writes times as ISO with milliseconds", async () => {
  const { read, report } = await adopt(`
    INSERT INTO botanist VALUES (7, ' Carl.Linnaeus@LNHM.org', 'Carl Linnaeus', '(146)994-1635x35992');
    INSERT INTO country VALUES (4, 'Brazil');
    INSERT INTO city VALUES (12, 'Resplendor', 4);
    INSERT INTO origin VALUES (3, 12, -19.32556, -41.25528);
    INSERT INTO plant VALUES (8, 'Bird of paradise', 'Heliconia ''Fire and Ice''', 3, 7, 'l', 'i', 't');
    INSERT INTO plant_reading VALUES (41, 8, -3.5, 120, '2026-01-02 03:04:05.678', '2026-01-01 14:00:00')`);
  expect(report.quarantined).toEqual([]);
  expect(read("SELECT * FROM botanist")).toEqual([
    {
      botanist_id: 7,
      email: "carl.linnaeus@lnhm.org",
      name: "Carl Linnaeus",
      phone: "(146)994-1635x35992",
      observed_at: unobserved,
    },
  ]);
  expect(read("SELECT * FROM country")).toEqual([
    { country_id: 4, country_name: "Brazil", country_code: null },
  ]);
  expect(read("SELECT * FROM city")).toEqual([{ city_id: 12, city_name: "Resplendor", country_id: 4 }]);
  expect(read("SELECT * FROM origin")).toEqual([
    { origin_id: 3, city_id: 12, lat: -19.32556, long: -41.25528 },
  ]);
  expect(read("SELECT * FROM plant")).toEqual([
    {
      plant_id: 8,
      name: "Bird of paradise",
      scientific_name: "Heliconia 'Fire and Ice'",
      origin_id: 3,
      botanist_id: 7,
      image_license_url: "l",
      image_url: "i",
      thumbnail: "t",
      image_url_renew_at: null,
      thumbnail_renew_at: null,
      observed_at: unobserved,
    },
  ]);
  expect(read("SELECT * FROM plant_reading")).toEqual([
    {
      plant_reading_id: 41,
      plant_id: 8,
      soil_moisture: -3.5,
      temperature: 120,
      recording_taken: "2026-01-02T03:04:05.678Z",
      last_watered: "2026-01-01T14:00:00.000Z",
      quality_flag: 0,
      ingested_at: "2026-01-02T03:04:05.678Z",
      run_id: null,
    },
  ]);
});

it.each([
  ["2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02 03:04:05.6", "2026-01-02T03:04:05.600Z"],
  ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02T23:59:59.999999", "2026-01-02T23:59:59.999Z"],
  ["2026-01-02 03:04:05.000678+00:00", "2026-01-02T03:04:05.000Z"],
  ["2024-02-29 00:00:00", "2024-02-29T00:00:00.000Z"],
  ["2026-02-29 00:00:00", null],
  ["2026-01-02 24:00:00", null],
  ["2026-01-02", null],
  ["2026-01-02T03:04:05+02:00", null],
  ["2026-01-02 03:04:05x", null],
  ["2026-01-02 03:04:051", null],
  ["1767323045", null],
  ["now", null],
  ["", null],
])("adoption reads the time %j as %j", async (written, iso) => {
  const { read, quarantined } = await adopt(
    `INSERT INTO plant (plant_id) VALUES (1);
     INSERT INTO plant_reading VALUES (1, 1, 50, 12, '${written}', '${written}')`,
  );
  expect(read("SELECT recording_taken, last_watered FROM plant_reading")).toEqual(
    iso === null ? [] : [{ recording_taken: iso, last_watered: iso }],
  );
  expect(quarantined()).toMatchObject(
    iso === null ? [{ row_id: 1, kept_row_id: null, reason: "time is missing or unreadable" }] : [],
  );
});

it("adoption keeps the first reading of a plant and time, and quarantines the others", async () => {
  const { read, report, quarantined } = await adopt(`
    INSERT INTO plant (plant_id) VALUES (1), (2);
    INSERT INTO plant_reading VALUES
      (10, 1, 50.1, 12, '2026-01-02 03:04:05', '2026-01-01 14:00:00'),
      (11, 1, 50.1, 12, '2026-01-02T03:04:05Z', '2026-01-01 14:00:00'),
      (12, 1, 50.2, 12, '2026-01-02 03:04:05.000', '2026-01-01 14:00:00'),
      (13, 1, 50.1, 12, '2026-01-02 03:04:05', NULL),
      (14, 2, 50.1, 12, '2026-01-02 03:04:05', NULL)`);
  expect(read("SELECT plant_reading_id FROM plant_reading ORDER BY 1")).toEqual([
    { plant_reading_id: 10 },
    { plant_reading_id: 14 },
  ]);
  expect(report.quarantined).toEqual([
    { table: "plant_reading", reason: "conflicting reading", rows: 2 },
    { table: "plant_reading", reason: "duplicate reading", rows: 1 },
  ]);
  expect(quarantined().map(({ content: _, ...row }) => row)).toEqual([
    { table_name: "plant_reading", row_id: 11, kept_row_id: 10, reason: "duplicate reading" },
    { table_name: "plant_reading", row_id: 12, kept_row_id: 10, reason: "conflicting reading" },
    { table_name: "plant_reading", row_id: 13, kept_row_id: 10, reason: "conflicting reading" },
  ]);
  expect(quarantined()[1]?.content).toEqual({
    plant_reading_id: 12,
    plant_id: 1,
    soil_moisture: 50.2,
    temperature: 12,
    recording_taken: "2026-01-02 03:04:05.000",
    last_watered: "2026-01-01 14:00:00",
  });
});

it("adoption quarantines invalid readings with the reason, and unreadable watering times", async () => {
  const { read, quarantined } = await adopt(`
    INSERT INTO plant (plant_id) VALUES (1);
    INSERT INTO plant_reading VALUES
      (1, 99, 50, 12, '2026-01-02 03:04:01', NULL),
      (2, 1, NULL, 12, '2026-01-02 03:04:02', NULL),
      (3, 1, 50, 'warm', '2026-01-02 03:04:03', NULL),
      (4, 1, 50, 12, NULL, NULL),
      (5, NULL, 50, 12, '2026-01-02 03:04:05', NULL),
      (6, 1, 50, 12, '2026-01-02 03:04:06', 'yesterday')`);
  expect(read("SELECT plant_reading_id, last_watered FROM plant_reading")).toEqual([
    { plant_reading_id: 6, last_watered: null },
  ]);
  expect(quarantined().map(({ row_id, kept_row_id, reason }) => [row_id, kept_row_id, reason])).toEqual([
    [1, null, "plant does not exist"],
    [2, null, "measurement is missing or unreadable"],
    [3, null, "measurement is missing or unreadable"],
    [4, null, "time is missing or unreadable"],
    [5, null, "plant does not exist"],
    [6, 6, "last_watered is unreadable"],
  ]);
  expect(quarantined()[2]?.content).toMatchObject({ temperature: "warm" });
  expect(quarantined()[5]?.content).toMatchObject({ last_watered: "yesterday" });
});

it("adoption merges duplicates of botanists and places, and updates the references", async () => {
  const { read, report, quarantined } = await adopt(`
    INSERT INTO botanist VALUES (1, 'ada@lnhm.org', 'Ada', '1'), (2, 'bo@lnhm.org', 'Bo', '2'), (3, ' ADA@lnhm.org ', 'Ada B.', '3');
    INSERT INTO country VALUES (1, 'Chile'), (2, 'Chile'), (3, 'chile'), (4, NULL), (5, '');
    INSERT INTO city VALUES (1, 'Arica', 1), (2, 'Arica', 2), (3, 'Arica', 3);
    INSERT INTO origin VALUES (1, 1, 1.5, 2.5), (2, 2, 1.5, 2.5), (3, 1, NULL, NULL), (4, 2, NULL, NULL), (5, 2, 1.5, NULL);
    INSERT INTO plant (plant_id, origin_id, botanist_id) VALUES (1, 2, 3), (2, 4, 2), (3, 5, NULL)`);
  expect(read("SELECT botanist_id, name FROM botanist")).toEqual([
    { botanist_id: 1, name: "Ada" },
    { botanist_id: 2, name: "Bo" },
  ]);
  expect(read("SELECT country_id, country_name FROM country ORDER BY 1")).toEqual([
    { country_id: 1, country_name: "Chile" },
    { country_id: 3, country_name: "chile" },
    { country_id: 4, country_name: "" },
  ]);
  expect(read("SELECT city_id, country_id FROM city ORDER BY 1")).toEqual([
    { city_id: 1, country_id: 1 },
    { city_id: 3, country_id: 3 },
  ]);
  expect(read("SELECT origin_id, city_id FROM origin ORDER BY 1")).toEqual([
    { origin_id: 1, city_id: 1 },
    { origin_id: 3, city_id: 1 },
    { origin_id: 5, city_id: 1 },
  ]);
  expect(read("SELECT plant_id, origin_id, botanist_id FROM plant ORDER BY 1")).toEqual([
    { plant_id: 1, origin_id: 1, botanist_id: 1 },
    { plant_id: 2, origin_id: 3, botanist_id: 2 },
    { plant_id: 3, origin_id: 5, botanist_id: null },
  ]);
  expect(report.quarantined.map(({ reason, rows }) => [reason, rows])).toEqual([
    ["duplicate botanist", 1],
    ["duplicate city", 1],
    ["duplicate country", 2],
    ["duplicate origin", 2],
  ]);
  expect(quarantined()[0]).toEqual({
    table_name: "botanist",
    row_id: 3,
    kept_row_id: 1,
    reason: "duplicate botanist",
    content: { botanist_id: 3, email: " ADA@lnhm.org ", name: "Ada B.", phone: "3" },
  });
});

it("adoption keeps a plant without its missing origin or botanist, and quarantines its values", async () => {
  const { read, quarantined } = await adopt(`
    INSERT INTO country VALUES (1, 'Chile');
    INSERT INTO city VALUES (1, 'Arica', 9), (2, 'Arica', 1);
    INSERT INTO origin VALUES (1, 1, 0, 0), (2, 2, 0, 0);
    INSERT INTO plant (plant_id, name, origin_id, botanist_id) VALUES (1, 'Aloe', 1, 5), (2, 'Agave', 2, NULL)`);
  expect(read("SELECT plant_id, origin_id, botanist_id FROM plant ORDER BY 1")).toEqual([
    { plant_id: 1, origin_id: null, botanist_id: null },
    { plant_id: 2, origin_id: 2, botanist_id: null },
  ]);
  expect(
    quarantined().map(({ table_name, row_id, kept_row_id, reason }) => [
      table_name,
      row_id,
      kept_row_id,
      reason,
    ]),
  ).toEqual([
    ["city", 1, null, "country does not exist"],
    ["origin", 1, null, "city does not exist"],
    ["plant", 1, 1, "origin or botanist does not exist"],
  ]);
  expect(quarantined()[2]?.content).toMatchObject({ name: "Aloe", origin_id: 1, botanist_id: 5 });
});

it("adoption uses no id twice, not even that of a deleted row", async () => {
  const { opened } = await adopt(`
    INSERT INTO plant (plant_id) VALUES (1);
    INSERT INTO plant_reading VALUES (500, 1, 50, 12, '2026-01-02 03:04:05', NULL);
    DELETE FROM plant_reading;
    INSERT INTO botanist VALUES (1, 'a@x', 'A', ''), (2, 'A@x', 'A', '')`);
  const botanist = await opened.db
    .insertInto("botanist")
    .values({ email: "new@x", name: "N", phone: "", observed_at: unobserved })
    .returning("botanist_id")
    .executeTakeFirst();
  const reading = await opened.db
    .insertInto("plant_reading")
    .values({
      plant_id: 1,
      soil_moisture: 1,
      temperature: 1,
      recording_taken: unobserved,
      quality_flag: 0,
      ingested_at: unobserved,
    })
    .returning("plant_reading_id")
    .executeTakeFirst();
  expect([botanist, reading]).toEqual([{ botanist_id: 3 }, { plant_reading_id: 501 }]);
});

it("adoption keeps the museum's views working", async () => {
  const { read } = await adopt(`
    INSERT INTO plant (plant_id, name) VALUES (1, 'Aloe');
    INSERT INTO plant_reading VALUES (1, 1, 50, 12, '2026-01-02 03:04:05', NULL);
    CREATE VIEW newest AS SELECT plant.name, temperature FROM plant_reading JOIN plant USING (plant_id)`);
  expect(read("SELECT * FROM newest")).toEqual([{ name: "Aloe", temperature: 12 }]);
});

it("adoption fails and changes nothing if a table has an unknown column", async () => {
  const path = join(await temporaryDirectory(), "plants.db");
  makeMuseumDatabase(path, "ALTER TABLE plant ADD COLUMN shelf TEXT");
  const before = readRows(path, structure);
  const opened = await openSqlite(`sqlite:${path}`);
  onTestFinished(() => opened.close());
  await expect(migrate(opened)).rejects.toMatchObject({
    code: "MIGRATION_FAILED",
    message: expect.stringContaining("museum_table_has_an_unknown_column"),
  });
  expect(readRows(path, structure)).toEqual(before);
});

it("adoption stores every reading in plant_reading or quarantined_row", async () => {
  const { read } = await adopt(manyReadings(5_000));
  expect(
    read(
      "SELECT (SELECT count(*) FROM plant_reading) AS kept, (SELECT count(*) FROM quarantined_row) AS quarantined",
    ),
  ).toEqual([{ kept: 4_500, quarantined: 500 }]);
});

it("the queries for the last 24 hours and a plant's latest reading use an index", async () => {
  const { read } = await adopt(manyReadings(100));
  const plan = (query: string) =>
    read(`EXPLAIN QUERY PLAN ${query}`)
      .map(({ detail }) => String(detail))
      .join("; ");
  expect(
    plan("SELECT * FROM plant_reading JOIN plant USING (plant_id) WHERE recording_taken >= '2026'"),
  ).toMatch(/SEARCH plant_reading USING INDEX plant_reading_recording_taken/);
  expect(
    plan("SELECT * FROM plant_reading WHERE plant_id = 1 ORDER BY recording_taken DESC LIMIT 1"),
  ).toMatch(/^SEARCH plant_reading USING INDEX sqlite_autoindex_plant_reading_1 \(plant_id=\?\)$/);
});
