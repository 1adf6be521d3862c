import { type Plant, readReferenceData } from "@lmnh/plant-schema";
import { conflictReason } from "@lmnh/plant-schema/internal";
import type { NoticeKind, Reading } from "../batch.js";
import type { ConflictContent } from "../load/load-statements.js";
import type { StoredState } from "../load/memory-plant-store.js";
import type { SqlPlantStoreOptions } from "../load/sql-plant-store.js";
import type { Report } from "../report.js";

/** Reads all rows of a database in the order and form of the memory store, so that a test can compare the two. */
export async function readStoredState({ db: database, schema }: SqlPlantStoreOptions): Promise<StoredState> {
  const db = schema === null ? database : database.withSchema(schema);
  const [{ plants }, readings, conflicts, notices, rejections, runs] = await Promise.all([
    readReferenceData(db),
    db.selectFrom("plant_reading").selectAll().orderBy("plant_id").orderBy("recording_taken").execute(),
    db
      .selectFrom("quarantined_row")
      .select("content")
      .where("reason", "=", conflictReason)
      .orderBy("natural_key")
      .execute(),
    db
      .selectFrom("plant_notice")
      .selectAll()
      .orderBy("plant_id")
      .orderBy("kind")
      .orderBy("notice_date")
      .execute(),
    db.selectFrom("plant_rejection").selectAll().orderBy("plant_id").orderBy("digest").execute(),
    db.selectFrom("etl_run").selectAll().orderBy("run_id").execute(),
  ]);
  return {
    plants: plants.map(toPlant),
    readings: readings.map(
      (row): Reading => ({
        plantId: row.plant_id,
        recordingTaken: row.recording_taken,
        soilMoisture: row.soil_moisture,
        temperature: row.temperature,
        lastWatered: row.last_watered,
        qualityFlag: row.quality_flag,
      }),
    ),
    conflicts: conflicts.map(({ content }) => JSON.parse(content) as ConflictContent),
    notices: notices.map((row) => ({
      plantId: row.plant_id,
      kind: row.kind as NoticeKind,
      noticeDate: row.notice_date,
      firstNoticed: row.first_noticed,
      lastNoticed: row.last_noticed,
    })),
    rejections: rejections.map((row) => ({
      plantId: row.plant_id,
      receivedAt: row.received_at,
      httpStatus: row.http_status,
      readingRejected: row.reading_rejected ? 1 : 0,
      issues: row.issues,
      bodyEncoding: row.body_encoding,
      digest: row.digest,
    })),
    runs: runs.map((row) => ({
      runId: row.run_id,
      state: row.state,
      outcome: row.outcome,
      reason: row.reason,
      exitCode: row.exit_code,
      report: row.report === null ? null : (JSON.parse(row.report) as Report),
    })),
  };
}

/** A plant's botanist without `observedAt`, which the memory store keeps elsewhere. */
function toPlant(plant: Plant): Plant {
  if (plant.botanist === null) return plant;
  const { observedAt: _, ...botanist } = plant.botanist;
  return { ...plant, botanist };
}
