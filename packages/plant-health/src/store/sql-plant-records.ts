import { QualityFlag, readReferenceData } from "@lmnh/plant-schema";
import { sql } from "kysely";
import type { NoticeRecord } from "../model/records.js";
import type { PlantRecords } from "../ports.js";
import { chunk } from "./chunk.js";
import { type HealthDatabase, instant, reading, toMs, toMsOrNull } from "./health-database.js";

/** What the pipeline has loaded, in SQLite or SQL Server. */
export function sqlPlantRecords(database: HealthDatabase): PlantRecords {
  return {
    plants: async () => (await reading(database, readReferenceData)).plants,

    async readings(sinceMs, untilMs, plantIds) {
      const groups = plantIds === undefined ? [undefined] : chunk(plantIds, plantsPerStatement);
      const rows = await reading(database, async (db) => {
        const query = db
          .selectFrom("plant_reading")
          .select([
            "plant_id",
            "recording_taken",
            "temperature",
            "soil_moisture",
            "last_watered",
            "quality_flag",
          ])
          .where("recording_taken", ">=", instant(database, sinceMs))
          .where("recording_taken", "<", instant(database, untilMs))
          .orderBy("plant_id")
          .orderBy("recording_taken");
        const results = [];
        for (const ids of groups)
          results.push(await (ids === undefined ? query : query.where("plant_id", "in", ids)).execute());
        return results.flat();
      });
      return rows.map((row) => ({
        plantId: row.plant_id,
        takenMs: toMs(row.recording_taken),
        temperature: row.temperature,
        soilMoisture: row.soil_moisture,
        lastWateredMs: toMsOrNull(row.last_watered),
        qualityFlag: row.quality_flag,
      }));
    },

    async notices(sinceMs) {
      const rows = await reading(database, (db) =>
        db
          .selectFrom("plant_notice")
          .select(["plant_id", "kind", "first_noticed", "last_noticed"])
          .where("last_noticed", ">=", instant(database, sinceMs))
          .orderBy("plant_id")
          .orderBy("last_noticed")
          .execute(),
      );
      return rows.map((row) => ({
        plantId: row.plant_id,
        kind: row.kind as NoticeRecord["kind"],
        firstMs: toMs(row.first_noticed),
        lastMs: toMs(row.last_noticed),
      }));
    },

    async runs(sinceMs) {
      const rows = await reading(database, (db) =>
        db
          .selectFrom("etl_run")
          .select(["started_at", "state", "requested", "loaded"])
          .where("started_at", ">=", instant(database, sinceMs))
          .where("finished_at", "is not", null)
          .orderBy("started_at")
          .execute(),
      );
      return rows.map((row) => ({
        startedMs: toMs(row.started_at),
        complete: row.state === "complete",
        requested: row.requested ?? 0,
        loaded: row.loaded ?? 0,
      }));
    },

    async newestReading() {
      const row = await reading(database, (db) =>
        db
          .selectFrom("plant_reading")
          .select((query) => query.fn.max("recording_taken").as("newest"))
          .where(sql<boolean>`(quality_flag & ${sql.lit(QualityFlag.futureTime)}) = 0`)
          .executeTakeFirst(),
      );
      return toMsOrNull(row?.newest ?? null);
    },
  };
}

/** Far below the limit of 2,100 parameters of SQL Server. */
const plantsPerStatement = 500;
