import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { inProcess, measure } from "./harness/measure.mjs";
import { makeFolder } from "./harness/temporary-folder.mjs";

const duckdbCopy = "DuckDB's COPY";
const plants = 1000;
const firstMs = Date.UTC(2026, 0, 1);

/**
 * `archive()` writes, fetches back and verifies each file, summarises the days, and compares and deletes the readings;
 * `COPY` only writes. DuckDB cannot read SQLite without downloading an extension, so it has a table of the same rows. After
 * each way DuckDB reads the files, and every hour has to be equal to the database.
 */
export const archive = {
  name: "archive",
  title: "Readings of SQLite into Parquet files",
  options: { readings: 1_000_000 },
  rounds: 3,
  alternative: duckdbCopy,
  measures: {
    wallSeconds: { title: "wall s", digits: 1, compared: true },
    cpuSeconds: { title: "CPU s", digits: 1, compared: true },
    perSecond: { title: "readings per second", digits: 0 },
    peakMb: { title: "peak MB", digits: 0 },
    files: { title: "files", digits: 0 },
    megabytes: { title: "MB", digits: 1, compared: true },
  },
  describe: (options) =>
    `${readingsOf(options).toLocaleString("en-GB")} readings of ${plants.toLocaleString(
      "en-GB",
    )} plants, one per minute, in SQLite with all indexes.`,
  async prepare(options) {
    const { folder, remove } = makeFolder();
    try {
      const expected = await inProcess("archive", "fill SQLite", options, { folder });
      await inProcess("archive", "fill DuckDB", options, { folder });
      return { context: { folder, expected }, release: remove };
    } catch (error) {
      remove();
      throw error;
    }
  },
  steps: { "fill SQLite": fillSqlite, "fill DuckDB": fillDuckdb },
  ways: {
    "archive()": (options, context) => measureFiles(options, context, archiveReadings),
    [duckdbCopy]: (options, context) => measureFiles(options, context, copyReadings),
  },
};

function minutesOf({ readings }) {
  return Math.ceil(readings / plants);
}

function readingsOf(options) {
  return minutesOf(options) * plants;
}

/** Measures a way that writes files into a folder, and compares them with the database. */
async function measureFiles(options, { folder, expected }, write) {
  const written = join(folder, "written");
  mkdirSync(written);
  try {
    const { wallMs, cpuMs, peakMb } = await write(options, folder, written);
    await compareHours(written, expected);
    const sizes = readdirSync(written, { recursive: true })
      .filter((name) => name.endsWith(".parquet"))
      .map((name) => statSync(join(written, name)).size);
    return {
      wallSeconds: wallMs / 1000,
      cpuSeconds: cpuMs / 1000,
      perSecond: (readingsOf(options) * 1000) / wallMs,
      peakMb,
      files: sizes.length,
      megabytes: sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6,
    };
  } finally {
    rmSync(written, { recursive: true });
  }
}

async function archiveReadings(options, folder, written) {
  const {
    archive: archiveFiles,
    directoryObjectStore,
    sqlArchiveCatalog,
  } = await import("@lmnh/plant-archive");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const copy = join(folder, "copy.db");
  copyFileSync(join(folder, "plants.db"), copy);
  const database = await openSqlite(`sqlite:${copy}`);
  const now = firstMs + (minutesOf(options) + 3 * 24 * 60) * 60_000;
  const figures = await measure(async () => {
    const { verified, pruned } = await archiveFiles({
      catalog: sqlArchiveCatalog(database),
      objects: directoryObjectStore({ directory: written, newId: randomUUID }),
      clock: { now: () => now },
      runId: randomUUID(),
      newId: randomUUID,
    });
    if (!verified || pruned.rows !== readingsOf(options))
      throw new Error(`${pruned.rows} readings were pruned`);
  });
  await database.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
  return figures;
}

async function copyReadings(_, folder, written) {
  const run = await openDuckdb(join(folder, "plants.duckdb"));
  const part = (name) => `${name}(recording_taken) AS ${name}`;
  return await measure(() =>
    run(`
      COPY (SELECT *, ${["year", "month", "day", "hour"].map(part).join(", ")} FROM plant_reading)
      TO '${join(written, "plant_reading")}' (FORMAT parquet, PARTITION_BY (year, month, day, hour))`),
  );
}

/** Fills the database, and returns the figures of each hour. */
async function fillSqlite(options, { folder }) {
  const { migrate } = await import("@lmnh/plant-schema");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const path = join(folder, "plants.db");
  const opened = await openSqlite(`sqlite:${path}`);
  await migrate(opened);
  await opened.close();
  const { default: Libsql } = await import("libsql");
  const db = new Libsql(path);
  db.exec(`
    PRAGMA cache_size = -2000000;
    PRAGMA synchronous = OFF;
    BEGIN;
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${plants})
    INSERT INTO plant (plant_id, name, observed_at) SELECT n, 'Fern ' || n, '2026-01-01T00:00:00.000Z' FROM number;
    WITH RECURSIVE
      number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ${minutesOf(options) - 1}),
      minute AS MATERIALIZED (
        SELECT n, strftime('%Y-%m-%dT%H:%M:', ${firstMs / 1000} + n * 60, 'unixepoch') AS start,
          strftime('%Y-%m-%dT%H:%M:00.000Z', ${firstMs / 1000} + n / 720 * 43200 - 3600, 'unixepoch') AS watered
        FROM number)
    INSERT INTO plant_reading (plant_id, soil_moisture, temperature, recording_taken, last_watered, quality_flag,
      ingested_at, run_id)
    SELECT plant_id, 20 + ((n * 7919 + plant_id * 104729) % 1000003) / 16777.1, 9 + ((n * plant_id) % 99991) / 9999.7,
      start || printf('%06.3fZ', (n * 7919 + plant_id * 104729) % 50000 / 1000.0), watered, (n + plant_id) % 250 = 0,
      start || '59.500Z', 'run-' || n
    FROM minute CROSS JOIN plant;
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE);`);
  const rows = db
    .prepare(`
      SELECT substr(recording_taken, 1, 13) AS hour, count(*) AS readings, sum(plant_reading_id) AS ids,
        min(recording_taken) AS first, max(recording_taken) AS last, ${figuresOf("soil_moisture")},
        ${figuresOf("temperature")}
      FROM plant_reading GROUP BY 1`)
    .all();
  db.close();
  return byHour(rows.map(Object.values));
}

/** The same rows, by the same formulas. */
async function fillDuckdb(options, { folder }) {
  const run = await openDuckdb(join(folder, "plants.duckdb"));
  await run(`
    CREATE TABLE plant_reading AS
    SELECT n * ${plants} + plant_id AS plant_reading_id, plant_id,
      epoch_ms(${firstMs} + n * 60000 + (n * 7919 + plant_id * 104729) % 50000)::TIMESTAMPTZ AS recording_taken,
      20 + ((n * 7919 + plant_id * 104729) % 1000003) / 16777.1::DOUBLE AS soil_moisture,
      9 + ((n * plant_id) % 99991) / 9999.7::DOUBLE AS temperature,
      epoch_ms(${firstMs} + n // 720 * 43200000 - 3600000)::TIMESTAMPTZ AS last_watered,
      ((n + plant_id) % 250 = 0)::INTEGER AS quality_flag,
      epoch_ms(${firstMs} + n * 60000 + 59500)::TIMESTAMPTZ AS ingested_at,
      'run-' || n AS run_id
    FROM range(${minutesOf(options)}) AS minute (n), range(1, ${plants + 1}) AS plant (plant_id)
    ORDER BY plant_reading_id`);
  await run("CHECKPOINT");
}

async function compareHours(written, expected) {
  const run = await openDuckdb(":memory:");
  const time = (of) => `strftime(${of}(recording_taken), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const rows = await run(`
    SELECT strftime(recording_taken, '%Y-%m-%dT%H'), count(*), sum(plant_reading_id),
      ${time("min")}, ${time("max")}, ${figuresOf("soil_moisture")}, ${figuresOf("temperature")}
    FROM read_parquet('${written}/plant_reading/**/*.parquet') GROUP BY ALL`);
  const found = byHour(rows);
  const wrong = Object.keys({ ...expected, ...found }).filter((hour) => expected[hour] !== found[hour]);
  if (wrong.length > 0)
    throw new Error(`${wrong.length} hours of the files differ: ${expected[wrong[0]]} is ${found[wrong[0]]}`);
}

/** Sums of whole millionths, which do not depend on the order. */
function figuresOf(column) {
  return `min(${column}), max(${column}), sum(CAST(floor(${column} * 1e6) AS BIGINT))`;
}

function byHour(rows) {
  return Object.fromEntries(rows.map(([hour, ...figures]) => [hour, figures.join(" ")]));
}

async function openDuckdb(path) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(path)).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return async (sql) => (await connection.runAndReadAll(sql)).getRowsJS();
}
