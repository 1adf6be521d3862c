import { join } from "node:path";
import { withFolder } from "./harness/temporary-folder.mjs";

const preparedLoop = "prepared statements in a loop";
const run = { runId: "bench", startedAt: "2026-01-28T00:00:00.000Z" };
const plants = 50;
const readingsPerBatch = 1000;

export const load = {
  name: "load",
  title: "Readings into SQLite",
  options: { readings: 50_000 },
  rounds: 7,
  alternative: preparedLoop,
  measures: { perSecond: { title: "readings per second", digits: 0, compared: true } },
  describe: ({ readings }) =>
    `${readings.toLocaleString("en-GB")} readings of ${plants} plants, ${readingsPerBatch.toLocaleString(
      "en-GB",
    )} and their plants per transaction, each on disk before the next one. All ways write the same tables, with the same keys.`,
  prepare: async () => ({ context: null, release: () => {} }),
  ways: {
    [preparedLoop]: (options) =>
      measureLoad(options, async (path, batches) => {
        const { default: Libsql } = await import("libsql");
        const database = new Libsql(path);
        database.exec("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
        return { load: () => loadPrepared(database, batches), close: async () => database.close() };
      }),
    "the plant store, SQLite in its own thread": (options) =>
      measureLoad(options, (path, batches) => openStore(path, batches, {})),
    "the plant store, SQLite in this thread": (options) =>
      measureLoad(options, async (path, batches) => {
        const { default: Libsql } = await import("libsql");
        return await openStore(path, batches, { driver: Libsql });
      }),
    "kysely, one row per statement": (options) =>
      measureLoad(options, async (path, batches) => {
        const { default: Libsql } = await import("libsql");
        const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
        const database = await openSqlite(`sqlite:${path}`, { driver: Libsql });
        return { load: () => loadRowByRow(database, batches), close: () => database.close() };
      }),
  },
};

/** Measures a load into a migrated database that has the plants already, as all but the first one have. */
async function measureLoad({ readings }, open) {
  const batches = Array.from({ length: Math.ceil(readings / readingsPerBatch) }, (_, n) => buildBatch(n));
  return await withFolder(async (folder) => {
    const path = join(folder, "plants.db");
    await createDatabase(path, batches[0]);
    const opened = await open(path, batches);
    const startedMs = performance.now();
    await opened.load();
    const seconds = (performance.now() - startedMs) / 1000;
    await opened.close();
    const loaded = await countReadings(path);
    if (loaded !== batches.length * readingsPerBatch) throw new Error(`${loaded} readings were loaded`);
    return { perSecond: loaded / seconds };
  });
}

async function createDatabase(path, batch) {
  const { sqlPlantStore } = await import("@lmnh/plant-etl/sql");
  const { migrate } = await import("@lmnh/plant-schema");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const database = await openSqlite(`sqlite:${path}`);
  await migrate(database);
  await sqlPlantStore(database).load({ ...batch, readings: [] }, run);
  await database.close();
}

async function countReadings(path) {
  const { default: Libsql } = await import("libsql");
  const database = new Libsql(path);
  const [{ readings }] = database.prepare("SELECT count(*) AS readings FROM plant_reading").all();
  database.close();
  return readings;
}

async function openStore(path, batches, options) {
  const { sqlPlantStore } = await import("@lmnh/plant-etl/sql");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const database = await openSqlite(`sqlite:${path}`, options);
  const store = sqlPlantStore(database);
  return {
    async load() {
      for (const batch of batches) await store.load(batch, run);
    },
    close: () => database.close(),
  };
}

function loadPrepared(database, batches) {
  const upsertBotanist = database.prepare(`
    INSERT INTO botanist (email, name, phone, observed_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (email) DO UPDATE SET name = excluded.name, phone = excluded.phone
    WHERE name <> excluded.name OR phone <> excluded.phone`);
  const upsertPlant = database.prepare(`
    INSERT INTO plant (plant_id, name, botanist_id, observed_at)
    VALUES (?, ?, (SELECT botanist_id FROM botanist WHERE email = ?), ?)
    ON CONFLICT (plant_id) DO UPDATE SET name = excluded.name, botanist_id = excluded.botanist_id
    WHERE name IS NOT excluded.name OR botanist_id IS NOT excluded.botanist_id`);
  const insertReading = database.prepare(`
    INSERT INTO plant_reading (plant_id, soil_moisture, temperature, recording_taken, last_watered, quality_flag,
      ingested_at, run_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (plant_id, recording_taken) DO NOTHING`);
  for (const batch of batches) {
    database.exec("BEGIN IMMEDIATE");
    for (const { plantId, name, botanist, observedAt } of batch.plants) {
      upsertBotanist.run(botanist.email, botanist.name, botanist.phone, observedAt);
      upsertPlant.run(plantId, name, botanist.email, observedAt);
    }
    for (const reading of batch.readings)
      insertReading.run(
        reading.plantId,
        reading.soilMoisture,
        reading.temperature,
        reading.recordingTaken,
        reading.lastWatered,
        reading.qualityFlag,
        run.startedAt,
        run.runId,
      );
    database.exec("COMMIT");
  }
}

async function loadRowByRow({ db }, batches) {
  for (const batch of batches)
    await db.transaction().execute(async (transaction) => {
      for (const { email, name, phone } of batch.plants.map(({ botanist }) => botanist))
        await transaction
          .insertInto("botanist")
          .values({ email, name, phone, observed_at: run.startedAt })
          .onConflict((conflict) => conflict.column("email").doNothing())
          .execute();
      for (const { plantId, name } of batch.plants)
        await transaction
          .insertInto("plant")
          .values({ plant_id: plantId, name, observed_at: run.startedAt })
          .onConflict((conflict) => conflict.column("plant_id").doNothing())
          .execute();
      for (const reading of batch.readings)
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
  const described = Array.from({ length: plants }, (_, index) => ({
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
  const perPlant = readingsPerBatch / plants;
  const readings = Array.from({ length: readingsPerBatch }, (_, index) => ({
    plantId: (index % plants) + 1,
    recordingTaken: new Date(
      Date.UTC(2026, 0, 28) + (batch * perPlant + Math.floor(index / plants)) * 60_000,
    ).toISOString(),
    soilMoisture: Math.random() * 100,
    temperature: 10 + Math.random() * 10,
    lastWatered: run.startedAt,
    qualityFlag: 0,
  }));
  return { plants: described, readings, notices: [], rejections: [] };
}
