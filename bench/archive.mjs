// Readings per second from SQLite into Parquet files that are verified, summarised by day and pruned, compared with DuckDB's
// partitioned COPY of the same rows, which only writes them. DuckDB cannot read SQLite without downloading an extension, so
// it copies a table of its own; filling that table is not counted. Finally DuckDB reads the archive and compares every hour
// with the database.
//
//   npm run bench -- archive         # [readings]
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);
const [count = 10_000_000] = process.argv.slice(2).map(Number);
const plants = 1000;
const firstMs = Date.UTC(2026, 0, 1);
const minutes = Math.ceil(count / plants);
const role = process.env.BENCH_ROLE;
const folder = process.env.BENCH_FOLDER ?? mkdtempSync(join(tmpdir(), "bench-archive-"));
const [database, archived, copied] = ["plants.db", "archive", "copy"].map((name) => join(folder, name));
const files = `read_parquet('${archived}/plant_reading/**/*.parquet', hive_partitioning = true)`;

const roles = { fill, archive: archiveReadings, check, "fill DuckDB": fillDuckdb, COPY: copy };

if (role === undefined) await compare();
else process.send(await roles[role]());

async function compare() {
  try {
    console.log(`${minutes * plants} readings of ${plants} plants, one per minute\n`);
    const before = await start("fill");
    console.log(
      "way                                       wall s    CPU s   readings/s   peak MB   files      MB",
    );
    print("archive: write, read back, sum up, prune", await start("archive"), archived);
    const after = await start("check");
    const wrong = Object.keys({ ...before, ...after }).filter((hour) => before[hour] !== after[hour]);
    if (wrong.length > 0) throw new Error(`${wrong.length} hours of the archive differ, ${wrong[0]} first`);
    await start("fill DuckDB");
    print("DuckDB: COPY, partitioned by hour", await start("COPY"), copied);
    console.log(`\nAll ${Object.keys(after).length} hours of the archive are equal to the database.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function start(name) {
  const child = fork(self, process.argv.slice(2), {
    env: { ...process.env, BENCH_ROLE: name, BENCH_FOLDER: folder },
  });
  return new Promise((resolve, reject) => {
    child.once("message", (value) => {
      child.kill();
      resolve(value);
    });
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}

function print(way, { wallMs, cpuMs, peakMb }, written) {
  const sizes = readdirSync(written, { recursive: true })
    .filter((name) => name.endsWith(".parquet"))
    .map((name) => statSync(join(written, name)).size);
  const cells = [
    (wallMs / 1000).toFixed(1).padStart(7),
    (cpuMs / 1000).toFixed(1).padStart(8),
    ((minutes * plants * 1000) / wallMs).toFixed(0).padStart(12),
    peakMb.toFixed(0).padStart(9),
    String(sizes.length).padStart(7),
    (sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(1).padStart(7),
  ];
  console.log(`${way.padEnd(40)} ${cells.join(" ")}`);
}

/** Fills the database, and returns the figures of each hour. */
async function fill() {
  const { migrate } = await import("@lmnh/plant-schema");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const opened = await openSqlite(`sqlite:${database}`);
  await migrate(opened);
  await opened.close();
  const { default: Libsql } = await import("libsql");
  const db = new Libsql(database);
  db.exec(`
    PRAGMA cache_size = -2000000;
    PRAGMA synchronous = OFF;
    BEGIN;
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${plants})
    INSERT INTO plant (plant_id, name, observed_at) SELECT n, 'Fern ' || n, '2026-01-01T00:00:00.000Z' FROM number;
    WITH RECURSIVE
      number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ${minutes - 1}),
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
    COMMIT;`);
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

/** Sums of whole millionths, which do not depend on the order. */
function figuresOf(column) {
  return `min(${column}), max(${column}), sum(CAST(floor(${column} * 1e6) AS BIGINT))`;
}

function byHour(rows) {
  return Object.fromEntries(rows.map(([hour, ...figures]) => [hour, figures.join(" ")]));
}

async function archiveReadings() {
  const { archive, directoryObjectStore, sqlArchiveCatalog } = await import("@lmnh/plant-archive");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const opened = await openSqlite(`sqlite:${database}`);
  mkdirSync(archived);
  const now = firstMs + (minutes + 3 * 24 * 60) * 60_000;
  const options = {
    catalog: sqlArchiveCatalog(opened),
    objects: directoryObjectStore({ directory: archived, newId: randomUUID }),
    clock: { now: () => now },
    runId: randomUUID(),
    newId: randomUUID,
  };
  return measure(async () => {
    const { verified, pruned } = await archive(options);
    if (!verified || pruned.rows !== minutes * plants) throw new Error(`${pruned.rows} readings were pruned`);
  });
}

async function check() {
  const run = await openDuckdb(":memory:");
  const time = (of) => `strftime(${of}(recording_taken), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const rows = await run(`
    SELECT concat(year, '-', month, '-', day, 'T', hour), count(*), sum(plant_reading_id),
      ${time("min")}, ${time("max")}, ${figuresOf("soil_moisture")}, ${figuresOf("temperature")}
    FROM ${files} GROUP BY ALL`);
  return byHour(rows);
}

async function fillDuckdb() {
  const run = await openDuckdb(join(folder, "plants.duckdb"));
  await run(`CREATE TABLE plant_reading AS SELECT * EXCLUDE (year, month, day, hour) FROM ${files}`);
  await run("CHECKPOINT");
  return null;
}

async function copy() {
  const run = await openDuckdb(join(folder, "plants.duckdb"));
  const part = (name) => `${name}(recording_taken) AS ${name}`;
  return measure(() =>
    run(`
      COPY (SELECT *, ${["year", "month", "day", "hour"].map(part).join(", ")} FROM plant_reading)
      TO '${copied}' (FORMAT parquet, PARTITION_BY (year, month, day, hour))`),
  );
}

async function openDuckdb(path) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(path)).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return async (sql) => (await connection.runAndReadAll(sql)).getRowsJS();
}

async function measure(work) {
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(startedCpu);
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  return { wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1000, peakMb: peakKb / 1024 };
}
