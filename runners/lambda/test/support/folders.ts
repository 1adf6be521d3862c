import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSimulator } from "@lmnh/museum-simulator";
import { lmnhTransform, parseRoster, runEtl } from "@lmnh/plant-etl";
import { httpPlantSource } from "@lmnh/plant-etl/http";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import Libsql from "libsql";
import { afterAll } from "vitest";

const bin = fileURLToPath(new URL("../../../cli/dist/plant.js", import.meta.url));
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "plant-lambda-"));
  folders.push(folder);
  return folder;
}

/** Runs the command line and gives what it reports; it has to go well. */
export async function plant<Report>(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args, "--json"], {
    cwd: makeFolder(),
    env: { PATH: process.env.PATH ?? "", ...environment },
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout) as Report;
}

/** The URL of a new database of the newest structure. */
export async function migratedDatabase(): Promise<string> {
  const url = emptyDatabase();
  await migrateDatabase(url);
  return url;
}

/** The URL of a database that is not there yet. */
export function emptyDatabase(): string {
  return `sqlite:${join(makeFolder(), "plants.db")}`;
}

export async function migrateDatabase(url: string): Promise<void> {
  const database = await openSqlite(url);
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

const hourMs = 3_600_000;
const thisHour = Math.floor(Date.now() / hourMs) * hourMs;

/** The UTC hour that began so many hours after the one of now, `YYYY-MM-DDTHH`. */
export function hourOf(hours: number): string {
  return new Date(thisHour + hours * hourMs).toISOString().slice(0, 13);
}

/** A database with a pull at half past each of these hours, counted from the one of now. */
export async function filledDatabase(hours: readonly number[], plants = 50): Promise<string> {
  return await pulledDatabase(
    hours.map((hour) => ({ atMs: thisHour + (hour + 0.5) * hourMs, plants: `1-${plants}` })),
  );
}

/** A database with these pulls of a museum whose plants have no trouble. */
export async function pulledDatabase(
  pulls: readonly { readonly atMs: number; readonly plants: string }[],
): Promise<string> {
  const url = await migratedDatabase();
  const database = await openSqlite(url);
  let atMs = 0;
  const clock = { now: () => atMs, sleep: () => new Promise<void>(() => {}) };
  const museum = await createSimulator({
    now: clock.now,
    latencyMs: [0, 0],
    maxConcurrent: Number.POSITIVE_INFINITY,
    faultRate: 0,
  });
  try {
    for (const pull of pulls) {
      atMs = pull.atMs;
      await runEtl({
        source: httpPlantSource({
          baseUrl: museum.url,
          roster: parseRoster(pull.plants),
          clock,
          random: Math.random,
        }),
        transform: lmnhTransform(),
        store: sqlPlantStore(database),
        clock,
        runId: randomUUID(),
      });
    }
  } finally {
    await museum.close();
    await database.close();
  }
  return url;
}

/** The URL of a copy of a database. */
export function copyOf(url: string): string {
  const copy = emptyDatabase();
  // With its write-ahead log beside it.
  cpSync(dirname(pathOf(url)), dirname(pathOf(copy)), { recursive: true });
  return copy;
}

function pathOf(url: string): string {
  return url.slice("sqlite:".length);
}

export function rowsIn(url: string, query: string): Record<string, unknown>[] {
  const database = new Libsql(pathOf(url));
  try {
    return database.prepare(query).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

export function execute(url: string, statement: string): void {
  const database = new Libsql(pathOf(url));
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}

export function countIn(url: string, query: string): number {
  const [row = {}] = rowsIn(url, query);
  return Number(Object.values(row)[0]);
}
