import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadReferenceData, migrate, type Plant } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import Libsql from "libsql";
import { expect } from "vitest";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { partitionOfKey, tablePrefix } from "../../src/model/object-keys.js";
import { hourMs, partitionOf } from "../../src/model/partition.js";
import { readingTable } from "../../src/model/reading-table.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { decodePages } from "../../src/parquet/decode-pages.js";
import { decodeTable } from "../../src/parquet/table-codec.js";
import type { ObjectStore } from "../../src/ports.js";
import { writeSnapshot } from "../../src/reference-snapshot/write-snapshot.js";
import type { ArchiveReport } from "../../src/report/archive-report.js";

const archiveOnce = fileURLToPath(new URL("archive-once.mjs", import.meta.url));

/** A store that child processes can open as well as the test. */
export interface SharedStore {
  readonly objects: ObjectStore;
  /** What a child needs to open it. */
  readonly description: unknown;
  /** What unfinished writings have left: temporary files, open uploads. */
  leftovers(): Promise<string[]>;
}

interface ReadingSpec {
  readonly plantId: number;
  readonly takenMs: number;
  readonly soilMoisture: number;
  readonly temperature: number;
  readonly wateredMs: number | null;
}

export interface ArchiveEnd {
  /** `null` for a run that was killed. */
  readonly report: ArchiveReport | null;
  readonly steps: number;
}

const plantIds = [1, 2, 3];
/** Is in a snapshot of the archive and not in the database, as of a database that was lost. */
const forgottenPlant = 9;
const startMs = Date.parse("2026-01-28T00:00:00.000Z");
const rowsPerFile = 25;

/** What the loader does while a run is under way at most, so that a slow machine does not make the world larger. */
const readingsARun = 60;

/**
 * A database that a loader writes into and archivers are killed over, and the memory of everything that was ever
 * loaded. Time goes on by an hour a round. `random` is seeded, so that a failure comes again.
 */
export async function makeWorld(store: SharedStore, random: () => number) {
  const folder = await mkdtemp(join(tmpdir(), "plant-crash-"));
  const url = `sqlite:${join(folder, "plants.db")}`;
  const database = await openSqlite(url);
  await migrate(database);
  const nothing = { botanists: [], countries: [], cities: [], origins: [] };
  await loadReferenceData(database, { ...nothing, plants: plantIds.map(plantOf) });
  const catalog = sqlArchiveCatalog(database);
  await writeSnapshot({
    catalog: { referenceData: async () => ({ ...nothing, plants: [plantOf(forgottenPlant)] }) },
    objects: store.objects,
    runId: "lost",
    atMs: startMs - 24 * hourMs,
  });
  // The loader has a connection of its own, as it would in production.
  const loader = new Libsql(join(folder, "plants.db"));
  loader.exec("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON");
  const insert = loader.prepare(
    `INSERT INTO plant_reading (plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag,
       ingested_at, run_id) VALUES (?, ?, ?, ?, ?, 0, ?, 'loader') ON CONFLICT (plant_id, recording_taken) DO NOTHING`,
  );

  /** The first reading of a key is the one that stays. */
  const truth = new Map<string, ReadingSpec>();
  let nowMs = startMs;

  function load(reading: ReadingSpec): void {
    const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
    const { plantId, takenMs, soilMoisture, temperature, wateredMs } = reading;
    insert.run([plantId, iso(takenMs), soilMoisture, temperature, iso(wateredMs), iso(nowMs)]);
    const name = nameOf(plantId, takenMs);
    if (!truth.has(name)) truth.set(name, reading);
  }

  const pick = (below: number) => Math.floor(random() * below);
  const randomReading = (takenMs: number): ReadingSpec => ({
    plantId: plantIds[pick(plantIds.length)] ?? 1,
    takenMs,
    soilMoisture: random() * 100 - 10,
    temperature: random() * 40,
    wateredMs: random() < 0.2 ? null : takenMs - pick(hourMs),
  });

  /** What a loader does in a moment: mostly the present, now and then something late or something that was loaded before. */
  function loadSomething(): void {
    const chance = random();
    const known = [...truth.values()];
    const old = known[pick(known.length)];
    if (chance < 0.7 || old === undefined) load(randomReading(nowMs + pick(hourMs)));
    else if (chance < 0.8) load(randomReading(nowMs - (1 + pick(3)) * 13 * hourMs + pick(hourMs)));
    else if (chance < 0.97) load(old);
    else load({ ...old, temperature: old.temperature + 1 });
  }

  async function archive(
    options: { killAt?: number; killAfterMs?: number; aheadMs?: number; quiet?: boolean } = {},
  ) {
    const child = spawn(
      process.execPath,
      [
        archiveOnce,
        JSON.stringify({
          database: url,
          store: store.description,
          nowMs: nowMs + (options.aheadMs ?? 0),
          killAt: options.killAt ?? null,
          rowsPerFile,
        }),
      ],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_OPTIONS: "--no-warnings" } },
    );
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    const closed = once(child, "close");
    let left = options.quiet ? 0 : readingsARun;
    const loading = setInterval(() => {
      if (left-- > 0) loadSomething();
    }, 3);
    try {
      if (options.killAfterMs !== undefined) {
        await Promise.race([once(child.stdout, "data"), closed]);
        await sleep(options.killAfterMs);
        child.kill("SIGKILL");
      }
      const [code, signal] = (await closed) as [number | null, string | null];
      if (signal === "SIGKILL") return { report: null, steps: 0 } satisfies ArchiveEnd;
      if (code !== 0) throw new Error(`the archiver ended with ${code}: ${texts.stderr}`);
    } finally {
      clearInterval(loading);
    }
    return JSON.parse(texts.stdout.replace("started\n", "")) as ArchiveEnd;
  }

  /** An object that has its tag still is the same: it is decoded once. */
  const decoded = new Map<string, readonly ArchivedReading[]>();
  async function readingsOf(key: string, etag: string): Promise<readonly ArchivedReading[]> {
    const known = decoded.get(`${key} ${etag}`);
    if (known !== undefined) return known;
    const readings: ArchivedReading[] = [];
    for await (const page of decodePages<ArchivedReading>(
      readingTable,
      await objectSource(store.objects, key),
    ))
      readings.push(...page);
    decoded.set(`${key} ${etag}`, readings);
    return readings;
  }

  /** Every reading ever loaded is in the database or in the archive, and in one file at most. */
  async function check(): Promise<void> {
    const files = new Map((await catalog.files()).map((file) => [file.key, file]));
    const archived = new Map<string, string>();
    const keys: string[] = [];
    for await (const { key, etag } of store.objects.list("")) {
      if (!key.startsWith(tablePrefix(readingTable))) {
        expect(key).toMatch(/^((plant|botanist|origin|city|country|plant_daily_summary)\/|archive\.json$)/);
        continue;
      }
      keys.push(key);
      expect(["verified", "pruned"], key).toContain(files.get(key)?.state);
      for (const { plantId, recordingTaken, ...reading } of await readingsOf(key, etag)) {
        const name = nameOf(plantId, recordingTaken);
        expect(partitionOf(recordingTaken), key).toBe(partitionOfKey(key));
        expect(archived.get(name), `${name} is in two files`).toBeUndefined();
        archived.set(name, key);
        expectSaid(name, reading.soilMoisture, reading.temperature, reading.lastWatered);
      }
    }
    expect(keys.sort()).toEqual([...files.keys()].sort());
    expect(await store.leftovers()).toEqual([]);
    await checkSnapshots();

    const rows = loader
      .prepare(
        `SELECT plant_id, recording_taken, soil_moisture, temperature, last_watered, object_key, state
         FROM plant_reading LEFT JOIN archive_file
           ON state IN ('claimed', 'verified') AND partition_hour = substr(recording_taken, 1, 13)
           AND plant_reading_id > after_id AND plant_reading_id <= through_id`,
      )
      .all([]) as Record<string, string | number | null>[];
    const present = new Set<string>();
    for (const row of rows) {
      const name = nameOf(Number(row.plant_id), Date.parse(String(row.recording_taken)));
      present.add(name);
      if (row.object_key !== null) {
        expect(row.state).toBe("verified");
        expect(archived.get(name)).toBe(row.object_key);
      }
      // One without a file that is in a pruned one came again after the run; the next run sees to it.
      if (row.object_key !== null || !archived.has(name)) {
        const watered = row.last_watered === null ? null : Date.parse(String(row.last_watered));
        expectSaid(name, Number(row.soil_moisture), Number(row.temperature), watered);
      }
    }
    const missing = [...truth.keys()].filter((name) => !present.has(name) && !archived.has(name));
    expect(missing).toEqual([]);
    const invented = [...archived.keys()].filter((name) => !truth.has(name));
    expect(invented).toEqual([]);
  }

  /** Every snapshot can be read, and the newest has the plants of the database, and the one that only the archive has. */
  async function checkSnapshots(): Promise<void> {
    const found: string[] = [];
    for await (const { key } of store.objects.list("plant/")) {
      const { rows } = await decodeTable(await objectSource(store.objects, key));
      found.push(rows.map(({ plant_id, name }) => `${plant_id} ${name}`).join());
    }
    expect(found.at(-1)).toBe(
      [...plantIds, forgottenPlant].map((plantId) => `${plantId} Fern ${plantId}`).join(),
    );
  }

  function expectSaid(
    name: string,
    soilMoisture: number,
    temperature: number,
    wateredMs: number | null,
  ): void {
    const loaded = truth.get(name);
    expect({ name, soilMoisture, temperature, wateredMs }).toEqual({
      name,
      soilMoisture: loaded?.soilMoisture,
      temperature: loaded?.temperature,
      wateredMs: loaded?.wateredMs,
    });
  }

  return {
    archive,
    check,
    /** Loads something in the present hour, and lets time go on. */
    passTime(readings: number, hours: number) {
      for (let count = 0; count < readings; count++) loadSomething();
      nowMs += hours * hourMs;
    },
    /** Rows that are still in the database. */
    readingsLeft: () =>
      Number((loader.prepare("SELECT count(*) AS rows FROM plant_reading").get([]) as { rows: number }).rows),
    loaded: () => truth.size,
    async close() {
      loader.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

function nameOf(plantId: number, takenMs: number): string {
  return `${plantId} ${new Date(takenMs).toISOString()}`;
}

function plantOf(plantId: number): Plant {
  return {
    plantId,
    name: `Fern ${plantId}`,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: null,
    origin: null,
    observedAt: "2026-01-01T00:00:00.000Z",
  };
}

/** Temporary files below a folder. */
export async function temporaryFiles(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  return (await readdir(directory, { recursive: true })).filter((path) => path.endsWith(".part"));
}
