import { conflictReason, type Plant, type PlantTables } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import type { NoticeKind, Reading } from "../batch.js";
import type { ConflictContent } from "../load/load-statements.js";
import type { StoredState } from "../load/memory-plant-store.js";
import type { SqlPlantStoreOptions } from "../load/sql-plant-store.js";
import type { Report } from "../report.js";

/** Reads everything that a database holds, in the order and form of the memory store, to compare one with another. */
export async function readStoredState({ db: whole, schema }: SqlPlantStoreOptions): Promise<StoredState> {
  const db = schema === null ? whole : whole.withSchema(schema);
  const [plants, readings, conflicts, notices, rejections, runs] = await Promise.all([
    readPlants(db),
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
    plants,
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

async function readPlants(db: Kysely<PlantTables>): Promise<Plant[]> {
  const rows = await db
    .selectFrom("plant")
    .leftJoin("botanist", "botanist.botanist_id", "plant.botanist_id")
    .leftJoin("origin", "origin.origin_id", "plant.origin_id")
    .leftJoin("city", "city.city_id", "origin.city_id")
    .leftJoin("country", "country.country_id", "city.country_id")
    .select([
      "plant.plant_id as plantId",
      "plant.name as plantName",
      "scientific_name as scientificName",
      "image_url as imageUrl",
      "image_license_url as imageLicenseUrl",
      "thumbnail as thumbnailUrl",
      "plant.observed_at as observedAt",
      "botanist.email",
      "botanist.name as botanistName",
      "botanist.phone",
      "city.city_name as city",
      "country.country_name as countryName",
      "country.country_code as countryCode",
      "origin.lat",
      "origin.long",
    ])
    .orderBy("plant.plant_id")
    .execute();
  return rows.map((row) => ({
    plantId: row.plantId,
    name: row.plantName,
    scientificName: row.scientificName,
    imageUrl: row.imageUrl,
    imageLicenseUrl: row.imageLicenseUrl,
    thumbnailUrl: row.thumbnailUrl,
    botanist:
      row.email === null ? null : { email: row.email, name: row.botanistName ?? "", phone: row.phone ?? "" },
    origin:
      row.city === null
        ? null
        : {
            city: { name: row.city, country: { code: row.countryCode, name: row.countryName ?? "" } },
            latitude: row.lat,
            longitude: row.long,
          },
    observedAt: row.observedAt,
  }));
}
