import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { loadReferenceData, migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archive } from "../../src/archive.js";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import type { ObjectStore } from "../../src/ports.js";
import { buildPlants, buildReading } from "../../src/testing/reading-builders.js";
import { sqlReadingTables } from "../../src/testing/sql-catalog-tables.js";
import { verify } from "../../src/verify.js";
import { seededRandom } from "./seeded-random.js";

const archiveOnce = fileURLToPath(new URL("archive-once.mjs", import.meta.url));
/** More in `npm run test:crash` than in the sample of other test runs. */
const kills = Number(process.env.PLANT_TEST_CRASH_KILLS ?? 2);
const nowMs = Date.parse("2026-01-30T00:10:00.000Z");
const plantIds = [1, 2, 3];
const names = plantIds.map((plantId) => `Fern ${plantId}`);
const readings = plantIds.flatMap((plantId) =>
  ["2026-01-27T09", "2026-01-28T10", "2026-01-29T23"].map((hour) =>
    buildReading(plantId, `${hour}:00:00.000Z`),
  ),
);

let folder: string;
let objects: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plant-recovery-"));
  objects = directoryObjectStore({ directory: folder, newId: randomUUID });
  const database = await openDatabase("lost.db");
  const plants = buildPlants(...plantIds).plants.map((plant, at) => ({ ...plant, name: names[at] ?? "" }));
  await loadReferenceData(database, { ...buildPlants(), plants });
  await sqlReadingTables(database).insert(readings);
  const clock = { now: () => nowMs };
  await archive({
    catalog: sqlArchiveCatalog(database),
    objects,
    clock,
    runId: randomUUID(),
    newId: randomUUID,
  });
  await database.close();
});
afterAll(() => rm(folder, { recursive: true }));

const urlOf = (name: string) => `sqlite:${join(folder, `.${name}`)}`;

async function openDatabase(name: string) {
  const database = await openSqlite(urlOf(name));
  await migrate(database);
  return database;
}

interface Step {
  readonly verb: "restore" | "archive";
  readonly adopt?: boolean;
}

/** Runs a step in a process; the steps that it took, or `null` where it was killed. */
async function take(name: string, step: Step, killAt: number | null): Promise<number | null> {
  const store = { kind: "directory", directory: folder };
  const child = spawn(
    process.execPath,
    [archiveOnce, JSON.stringify({ ...step, database: urlOf(name), store, nowMs, killAt, rowsPerFile: 25 })],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_OPTIONS: "--no-warnings" } },
  );
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = (await closed) as [number | null, string | null];
  if (signal === "SIGKILL") return null;
  if (code !== 0) throw new Error(`${step.verb} ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout.replace("started\n", "")) as { steps: number }).steps;
}

const restoring: Step = { verb: "restore" };
const takingOver: Step = { verb: "archive", adopt: true };

test.each([
  ["restored and then taken over", [restoring, takingOver]],
  ["taken over and then restored", [takingOver, restoring, { verb: "archive" }]],
] as const)(
  "a lost database is made again, and begun again wherever it is killed: %s",
  async (_order, steps) => {
    const random = seededRandom(20260130);
    const lengths = new Map<Step, number>();
    let killed = 0;
    for (let trial = 0; trial <= kills; trial++) {
      const name = `${randomUUID()}.db`;
      await (await openDatabase(name)).close();
      for (const step of steps) {
        // The first trial counts what there is to be killed at; each later one kills each step once, and begins it again.
        const length = lengths.get(step);
        if (length !== undefined) {
          const killAt = kills >= length ? trial % length : Math.floor(random() * length);
          if ((await take(name, step, killAt)) === null) killed += 1;
        }
        const counted = await take(name, step, null);
        if (length === undefined) lengths.set(step, counted ?? 0);
      }
      const database = await openDatabase(name);
      const catalog = sqlArchiveCatalog(database);
      expect(await verify({ clock: Date, catalog, objects, deep: true })).toMatchObject({
        problems: [],
        rows: readings.length,
        files: 3,
        unfinished: 0,
      });
      expect((await catalog.referenceData()).plants.map((plant) => plant.name)).toEqual(names);
      await database.close();
    }
    expect(killed).toBeGreaterThanOrEqual(kills);
  },
  3_600_000,
);
