// Readings per second into SQLite, 50 plants, 1,000 readings per batch: the store compared with kysely's insert of one row
// per statement, in the same transactions, with the same unique key. Both with SQLite in the main thread, and the store
// also with SQLite in a worker thread.
//
//   npm run bench -- load            # [readings]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlPlantStore } from "@lmnh/plant-etl";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import Libsql from "libsql";

const [count = 50_000] = process.argv.slice(2).map(Number);
const run = { runId: "bench", startedAt: "2026-01-28T00:00:00.000Z" };
const batches = Array.from({ length: Math.ceil(count / 1000) }, (_, batch) => buildBatch(batch));

console.log(`${batches.length * 1000} readings\n\nway                          run   readings/s`);
for (let round = 1; round <= 3; round++)
  for (const [way, load, options] of [
    ["row by row, in this thread", loadRowByRow, { driver: Libsql }],
    ["plant store, in this thread", loadBatches, { driver: Libsql }],
    ["plant store, its own thread", loadBatches, {}],
  ]) {
    const perSecond = await measure(load, options);
    console.log(`${way.padEnd(28)} ${round} ${perSecond.toFixed(0).padStart(12)}`);
  }

async function measure(load, options) {
  const folder = mkdtempSync(join(tmpdir(), "bench-load-"));
  const database = await openSqlite(`sqlite:${join(folder, "plants.db")}`, options);
  await migrate(database);
  await sqlPlantStore(database).load({ ...batches[0], readings: [] }, run);
  const startedMs = performance.now();
  await load(database);
  const seconds = (performance.now() - startedMs) / 1000;
  const { rows } = await database.db
    .selectFrom("plant_reading")
    .select((eb) => eb.fn.countAll().as("rows"))
    .executeTakeFirstOrThrow();
  if (Number(rows) !== batches.length * 1000) throw new Error(`${rows} rows`);
  await database.close();
  rmSync(folder, { recursive: true });
  return Number(rows) / seconds;
}

async function loadBatches(database) {
  const store = sqlPlantStore(database);
  for (const batch of batches) await store.load(batch, run);
}

async function loadRowByRow({ db }) {
  for (const { readings } of batches)
    await db.transaction().execute(async (transaction) => {
      for (const reading of readings)
        await transaction
          .insertInto("plant_reading")
          .values({
            plant_id: reading.plantId,
            soil_moisture: reading.soilMoisture,
            temperature: reading.temperature,
            recording_taken: reading.recordingTaken,
            last_watered: reading.lastWatered,
            quality_flag: reading.qualityFlag,
            ingested_at: run.startedAt,
            run_id: run.runId,
          })
          .onConflict((conflict) => conflict.columns(["plant_id", "recording_taken"]).doNothing())
          .execute();
    });
}

function buildBatch(batch) {
  const plants = Array.from({ length: 50 }, (_, index) => ({
    plantId: index + 1,
    name: `Fern ${index + 1}`,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: { email: "ada.green@lnhm.co.uk", name: "Ada Green", phone: "" },
    origin: null,
    observedAt: run.startedAt,
  }));
  const readings = Array.from({ length: 1000 }, (_, index) => ({
    plantId: (index % 50) + 1,
    recordingTaken: new Date(
      Date.UTC(2026, 0, 28) + (batch * 20 + Math.floor(index / 50)) * 60_000,
    ).toISOString(),
    soilMoisture: Math.random() * 100,
    temperature: 10 + Math.random() * 10,
    lastWatered: run.startedAt,
    qualityFlag: 0,
  }));
  return { plants, readings, notices: [], rejections: [] };
}
