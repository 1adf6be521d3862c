import { QualityFlag } from "@lmnh/plant-schema";
import { executeBatch } from "@lmnh/plant-schema/internal/sql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlantRecords } from "../../src/ports.js";
import { sqlPlantRecords } from "../../src/store/sql-plant-records.js";
import { buildPlant, type TestDatabase } from "./health-database.js";

const at = (text: string) => Date.parse(`2026-03-01T${text}Z`);

/** Declares tests of `sqlPlantRecords` over one dialect. */
export function plantRecordsTests(name: string, open: () => Promise<TestDatabase>): void {
  describe(name, () => {
    let opened: TestDatabase;
    let records: PlantRecords;
    beforeAll(async () => {
      opened = await open();
      records = sqlPlantRecords(opened.database);
    });
    afterAll(() => opened?.close());

    test("newestReading is null without readings", async () => {
      expect(await records.newestReading()).toBeNull();
    });

    test("plants returns every plant with its botanist", async () => {
      expect(await records.plants()).toMatchObject(
        [1, 2, 3].map((plantId) => ({ plantId, botanist: { email: buildPlant(plantId).botanist?.email } })),
      );
    });

    test("readings returns a span by plant and time, of all plants or of some", async () => {
      await insertReadings(opened, [
        [2, "12:00:00.123", 20.5, 55.25, "2026-02-28T13:00:00.000Z", 0],
        [1, "12:01:00.000", 21.25, 54, null, 0],
        [1, "12:00:00.000", 21, 55, null, QualityFlag.temperatureRange],
        [1, "11:59:59.999", 1, 1, null, 0],
        [3, "12:02:00.000", 1, 1, null, 0],
        [3, "23:00:00.000", 1, 1, null, QualityFlag.futureTime],
      ]);
      expect(await records.readings(at("12:00:00.000"), at("12:02:00.000"))).toEqual([
        {
          plantId: 1,
          takenMs: at("12:00:00.000"),
          temperature: 21,
          soilMoisture: 55,
          lastWateredMs: null,
          qualityFlag: QualityFlag.temperatureRange,
        },
        {
          plantId: 1,
          takenMs: at("12:01:00.000"),
          temperature: 21.25,
          soilMoisture: 54,
          lastWateredMs: null,
          qualityFlag: 0,
        },
        {
          plantId: 2,
          takenMs: at("12:00:00.123"),
          temperature: 20.5,
          soilMoisture: 55.25,
          lastWateredMs: Date.parse("2026-02-28T13:00:00.000Z"),
          qualityFlag: 0,
        },
      ]);
      const some = await records.readings(at("00:00:00.000"), at("23:59:59.999"), [2, 99]);
      expect(some.map(({ plantId }) => plantId)).toEqual([2]);
      expect(await records.readings(at("00:00:00.000"), at("23:59:59.999"), [])).toEqual([]);
    });

    test("newestReading leaves out readings in the future", async () => {
      expect(await records.newestReading()).toBe(at("12:02:00.000"));
    });

    test("notices returns those that are still seen", async () => {
      const db = inSchema(opened);
      await db
        .insertInto("plant_notice")
        .values([
          notice(43, "on_loan", "11:00:00.000", "12:00:00.000"),
          notice(7, "not_found", "09:00:00.000", "10:00:00.000"),
        ])
        .execute();
      expect(await records.notices(at("11:30:00.000"))).toEqual([
        { plantId: 43, kind: "on_loan", firstMs: at("11:00:00.000"), lastMs: at("12:00:00.000") },
      ]);
    });

    test("runs returns the ended runs, the oldest first", async () => {
      const db = inSchema(opened);
      const run = (id: string, started: string, finished: string | null, state: string) => ({
        run_id: id,
        started_at: `2026-03-01T${started}Z`,
        finished_at: finished === null ? null : `2026-03-01T${finished}Z`,
        state,
        requested: 50,
        loaded: 48,
      });
      await db
        .insertInto("etl_run")
        .values([
          run("c", "12:02:00.000", null, "running"),
          run("b", "12:01:00.000", "12:01:10.000", "failed"),
          run("a", "12:00:00.000", "12:00:10.000", "complete"),
          run("z", "11:00:00.000", "11:00:10.000", "complete"),
        ])
        .execute();
      expect(await records.runs(at("12:00:00.000"))).toEqual([
        { startedMs: at("12:00:00.000"), complete: true, requested: 50, loaded: 48 },
        { startedMs: at("12:01:00.000"), complete: false, requested: 50, loaded: 48 },
      ]);
    });
  });
}

function inSchema({ database }: TestDatabase) {
  return database.schema === null ? database.db : database.db.withSchema(database.schema);
}

function notice(plantId: number, kind: string, first: string, last: string) {
  return {
    plant_id: plantId,
    kind,
    notice_date: "2026-03-01",
    first_noticed: `2026-03-01T${first}Z`,
    last_noticed: `2026-03-01T${last}Z`,
  };
}

type ReadingTuple = readonly [
  plantId: number,
  time: string,
  temperature: number,
  soilMoisture: number,
  lastWatered: string | null,
  qualityFlag: number,
];

async function insertReadings(opened: TestDatabase, readings: readonly ReadingTuple[]): Promise<void> {
  const db = inSchema(opened);
  const statement = db
    .insertInto("plant_reading")
    .values(
      readings.map(([plantId, time, temperature, soilMoisture, lastWatered, qualityFlag]) => ({
        plant_id: plantId,
        recording_taken: `2026-03-01T${time}Z`,
        temperature,
        soil_moisture: soilMoisture,
        last_watered: lastWatered,
        quality_flag: qualityFlag,
        ingested_at: "2026-03-01T12:00:00.000Z",
        run_id: "run",
      })),
    )
    .compile();
  await executeBatch(opened.database, [statement]);
}
