import { createMssqlDatabase, type TestMssqlDatabase } from "@lmnh/testing/sql-server";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { PlantDatabase } from "../../src/database.js";
import { migrate } from "../../src/migration/migrate.js";
import { openMssql } from "../../src/mssql/index.js";
import { expectedColumns } from "../support/expected-columns.js";
import { museumReadings, museumTablesMssql } from "../support/museum-database-mssql.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

describe.skipIf(serverUrl === undefined)(
  "migrate on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)",
  () => {
    let made: TestMssqlDatabase;
    beforeAll(async () => {
      made = await createMssqlDatabase(serverUrl ?? "");
    });
    afterAll(() => made?.drop(), 60_000);

    /** The database, opened on a schema of its own. */
    async function openSchema(name: string): Promise<PlantDatabase> {
      const url = new URL(made.url);
      url.searchParams.set("schema", name);
      const opened = await openMssql(url.href);
      onTestFinished(() => opened.close());
      return opened;
    }

    async function makeSchema(name: string): Promise<PlantDatabase> {
      const opened = await openSchema(name);
      await sql`CREATE SCHEMA ${sql.id(name)}`.execute(opened.db);
      return opened;
    }

    const rowsOf = async <Row>({ db }: PlantDatabase, text: string) =>
      (await sql.raw<Row>(text).execute(db)).rows;

    const columnsOf = async (opened: PlantDatabase) => {
      const columns = await rowsOf<{ table: string; name: string; nullable: string }>(
        opened,
        `SELECT TABLE_NAME AS [table], COLUMN_NAME AS name, IS_NULLABLE AS nullable
       FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = '${opened.schema}'`,
      );
      const found: Record<string, Record<string, string>> = {};
      for (const { table, name, nullable } of columns)
        found[table] = { ...found[table], [name]: nullable === "YES" ? "null" : "not null" };
      return found;
    };

    it("creates exactly the tables and columns of PlantTables in a new schema, and does nothing the second time", async () => {
      const opened = await makeSchema("fresh");
      const { applied } = await migrate(opened);
      expect(applied.length).toBeGreaterThan(0);
      expect(await columnsOf(opened)).toEqual(expectedColumns);
      expect(await migrate(opened)).toEqual({ applied: [], present: applied, quarantined: [] });
    });

    it("is SCHEMA_MISSING in a missing schema, which it does not create", async () => {
      const opened = await openSchema("misspelt");
      await expect(migrate(opened)).rejects.toMatchObject({
        code: "SCHEMA_MISSING",
        recovery: "abort",
        message: expect.stringMatching(
          /the database has no schema \[misspelt\]; CREATE SCHEMA \[misspelt\] creates it/,
        ),
      });
    });

    it("applies each migration once if four processes call it at once", async () => {
      await makeSchema("at_once");
      const all = await Promise.all(Array.from({ length: 4 }, () => openSchema("at_once")));
      const reports = await Promise.all(all.map((opened) => migrate(opened)));
      const applied = reports.flatMap((report) => report.applied);
      expect(applied).toEqual([...new Set(applied)]);
      expect(reports.map((report) => report.applied.length + report.present.length)).toEqual(
        Array.from({ length: 4 }, () => applied.length),
      );
    });

    describe("in a database of the museum", () => {
      let opened: PlantDatabase;
      beforeAll(async () => {
        const url = new URL(made.url);
        url.searchParams.set("schema", "museum");
        opened = await openMssql(url.href);
        await sql`CREATE SCHEMA museum`.execute(opened.db);
        for (const statement of [...museumTablesMssql("museum"), ...museumReadings("museum")])
          await sql.raw(statement).execute(opened.db);
      });
      afterAll(() => opened?.close());

      it("keeps every distinct one of 10,000 readings, and quarantines and reports 500 duplicates", async () => {
        const before = await rowsOf<Reading>(opened, distinctReadings);
        const { applied, quarantined } = await migrate(opened);
        expect(applied.slice(0, 2)).toEqual(["0001_museum_tables", "0002_plant_pipeline"]);
        expect(quarantined).toEqual([
          { table: "botanist", reason: "duplicate botanist", rows: 2 },
          { table: "city", reason: "duplicate city", rows: 1 },
          { table: "country", reason: "duplicate country", rows: 1 },
          { table: "origin", reason: "duplicate origin", rows: 1 },
          { table: "plant_reading", reason: "duplicate reading", rows: 500 },
        ]);
        expect(before).toHaveLength(9_500);
        expect(await rowsOf<Reading>(opened, distinctReadings)).toEqual(before);
        expect(await rowsOf(opened, `SELECT COUNT(*) AS n FROM museum.plant_reading`)).toEqual([
          { n: 9_500 },
        ]);
      });

      it("does nothing the second time", async () => {
        const count = `SELECT COUNT(*) AS readings, (SELECT COUNT(*) FROM museum.quarantined_row) AS quarantined
        FROM museum.plant_reading`;
        expect(await migrate(opened)).toMatchObject({ applied: [], quarantined: [] });
        expect(await rowsOf(opened, count)).toEqual([{ readings: 9_500, quarantined: 505 }]);
      });

      it("replaces references to duplicates by references to the kept row", async () => {
        expect(
          await rowsOf(
            opened,
            `SELECT plant.plant_id, plant.name, botanist.email, origin.lat, city.city_name, country.country_name
           FROM museum.plant AS plant
           JOIN museum.botanist AS botanist ON botanist.botanist_id = plant.botanist_id
           JOIN museum.origin AS origin ON origin.origin_id = plant.origin_id
           JOIN museum.city AS city ON city.city_id = origin.city_id
           JOIN museum.country AS country ON country.country_id = city.country_id
           WHERE plant.plant_id <= 2 ORDER BY plant.plant_id`,
          ),
        ).toEqual(
          [1, 2].map((plantId) => ({
            plant_id: plantId,
            name: `Plant ${plantId}`,
            email: "ada@lnhm.org",
            lat: -18.4783,
            city_name: "Arica",
            country_name: "Chile",
          })),
        );
      });

      it("uses no id twice", async () => {
        const [last] = await rowsOf<{ n: number }>(
          opened,
          `SELECT MAX(plant_reading_id) AS n FROM museum.plant_reading`,
        );
        const added = await opened.db
          .insertInto("plant_reading")
          .values({
            plant_id: 1,
            soil_moisture: 1,
            temperature: 1,
            recording_taken: "2026-01-02T03:04:05.678",
            quality_flag: 0,
            ingested_at: "2026-01-02T03:04:05.678",
          })
          .output(["inserted.plant_reading_id", "inserted.recording_taken"])
          .executeTakeFirst();
        expect(added).toEqual({
          plant_reading_id: expect.any(Number),
          recording_taken: "2026-01-02T03:04:05.678Z",
        });
        expect(added?.plant_reading_id).toBeGreaterThan(last?.n ?? Number.POSITIVE_INFINITY);
        expect(added?.plant_reading_id).toBeGreaterThan(10_000);
      });
    });
  },
);

interface Reading {
  readonly plant_id: number;
}

const distinctReadings = `
SELECT DISTINCT plant_id, soil_moisture, temperature, CAST(recording_taken AS DATETIME2(3)) AS recording_taken,
  CAST(last_watered AS DATETIME2(3)) AS last_watered
FROM museum.plant_reading ORDER BY plant_id, recording_taken`;
