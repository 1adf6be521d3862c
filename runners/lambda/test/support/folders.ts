import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
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

export function rowsIn(url: string, query: string): Record<string, unknown>[] {
  const database = new Libsql(url.slice("sqlite:".length));
  try {
    return database.prepare(query).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

export function countIn(url: string, query: string): number {
  const [row = {}] = rowsIn(url, query);
  return Number(Object.values(row)[0]);
}
