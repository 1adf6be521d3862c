import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadReferenceData, migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, test } from "vitest";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { hourMs } from "../../src/model/partition.js";
import { readingTable } from "../../src/model/reading-table.js";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { decodePages } from "../../src/parquet/decode-pages.js";
import type { ArchiveReport } from "../../src/report/archive-report.js";
import { collect } from "../../src/testing/object-bytes.js";
import { buildPlants } from "../../src/testing/reading-builders.js";
import { verify } from "../../src/verify.js";

/** Readings that each loader loads; `npm run test:crash` loads more than the sample that every test run loads. */
const readingsEach = Number(process.env.PLANT_TEST_LOADED_READINGS ?? 400);

const archiveOnce = fileURLToPath(new URL("archive-once.mjs", import.meta.url));
const loadReadings = fileURLToPath(new URL("load-readings.mjs", import.meta.url));

const nowMs = Date.parse("2026-01-30T12:00:00.000Z");
const plantIds = [1, 2, 3, 4, 5];

/** Runs a program with JSON as its argument; gives what it writes after the line "started". */
async function run<Result>(program: string, argument: object): Promise<Result> {
  const child = spawn(process.execPath, [program, JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "--no-warnings" },
  });
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      texts[stream] += text;
    });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${texts.stderr}`);
  return JSON.parse(texts.stdout.replace("started\n", "")) as Result;
}

test.each<[string, readonly (readonly number[])[]]>([
  ["whose clocks agree", [[0], [0], [0]]],
  [
    "whose clocks jump while they archive",
    [
      [0, 30 * hourMs, -30 * hourMs, hourMs],
      [-26 * hourMs, 0, 50 * hourMs],
      [2 * hourMs, -hourMs / 2, 0, 0, -200 * hourMs],
    ],
  ],
])(
  "three archivers %s and two loaders: each reading is in one file in the end, as it was loaded",
  {
    timeout: 3_600_000,
  },
  async (_which, clocks) => {
    const folder = await mkdtemp(join(tmpdir(), "plant-together-"));
    const directory = join(folder, "archive");
    await mkdir(directory);
    const path = join(folder, "plants.db");
    const database = await openSqlite(`sqlite:${path}`);
    try {
      await migrate(database);
      await loadReferenceData(database, buildPlants(...plantIds));
      const catalog = sqlArchiveCatalog(database);
      const objects = directoryObjectStore({ directory, newId: randomUUID });
      const archiveAt = (jumps: readonly number[], atMs = nowMs) =>
        run<{ report: ArchiveReport }>(archiveOnce, {
          database: `sqlite:${path}`,
          store: { kind: "directory", directory },
          nowMs: atMs,
          killAt: null,
          rowsPerFile: 40,
          clockJumpsMs: jumps,
        });

      // Of four days, a reading a quarter of an hour and plant: both loaders load many of them, and some several times.
      const span = { fromMs: nowMs - 95 * hourMs, toMs: nowMs + hourMs, stepMs: hourMs / 4 };
      let loading = 2;
      const loaders = [7919, 104_729].map(async (stride) => {
        const loaded = await run<string[]>(loadReadings, {
          path,
          plantIds,
          ...span,
          count: readingsEach,
          stride,
        });
        loading -= 1;
        return loaded;
      });
      const archivers = clocks.map(async (jumps) => {
        let runs = 0;
        do {
          const { report } = await archiveAt(jumps);
          expect(report).toMatchObject({ quarantined: [], problems: [], complete: true });
          runs += 1;
        } while (loading > 0 || runs < 2);
      });
      const [loaded] = await Promise.all([Promise.all(loaders), Promise.all(archivers)]);

      // A clock that is right again, and everything is old.
      await archiveAt([0], nowMs + 100 * hourMs);
      const { report } = await archiveAt([0], nowMs + 100 * hourMs);
      expect(report).toMatchObject({ archived: { rows: 0 }, verified: true });
      expect(await database.db.selectFrom("plant_reading").selectAll().execute()).toEqual([]);
      const found: string[] = [];
      for (const { key } of await collect(objects.list("plant_reading/")))
        for await (const page of decodePages<ArchivedReading>(readingTable, await objectSource(objects, key)))
          for (const { plantId, recordingTaken, temperature } of page)
            found.push(`${plantId} ${new Date(recordingTaken).toISOString()} ${temperature}`);
      expect(found.sort()).toEqual([...new Set(loaded.flat())].sort());
      expect(await verify({ clock: Date, catalog, objects, deep: true })).toMatchObject({
        problems: [],
        unfinished: 0,
      });
    } finally {
      await database.close();
      await rm(folder, { recursive: true });
    }
  },
);
