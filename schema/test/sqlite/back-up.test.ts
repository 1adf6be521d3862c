import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PlantDatabase } from "../../src/database.js";
import { migrate } from "../../src/migration/migrate.js";
import { backUpSqlite } from "../../src/sqlite/back-up.js";
import { sqliteMigrations } from "../../src/sqlite/migrations.js";
import { openSqlite } from "../../src/sqlite/open-sqlite.js";

let folder = "";
let url = "";
let database: PlantDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plant's backup-"));
  mkdirSync(join(folder, "to"));
  url = `sqlite:${join(folder, "plants.db")}`;
  database = await openSqlite(url);
  await migrate(database);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const target = () => join(folder, "to/backup.db");
const inTarget = () => readdirSync(join(folder, "to"));
let botanists = 0;

async function addBotanist(): Promise<void> {
  botanists += 1;
  await sql`INSERT INTO botanist (email, name, phone, observed_at)
    VALUES (${`b${botanists}@example.org`}, 'B', '1', '2026-01-28T14:00:00.000Z')`.execute(database.db);
}

async function countBotanists(file: string): Promise<number> {
  const copy = await openSqlite(`sqlite:${file}`, { readonly: true });
  try {
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM botanist`.execute(copy.db);
    return rows[0]?.n ?? 0;
  } finally {
    await copy.close();
  }
}

test("backUpSqlite copies a database that is written to, with rows and migrations, for its owner only", async () => {
  for (let row = 0; row < 20; row++) await addBotanist();
  const writing = { isOn: true };
  const writer = (async () => {
    while (writing.isOn) await addBotanist();
  })();
  const before = await backUpSqlite(url, target(), { id: "1" });
  writing.isOn = false;
  await writer;
  expect(before.migrations).toEqual(sqliteMigrations.map(({ name }) => name));
  expect(before.rows.botanist).toBeGreaterThanOrEqual(20);
  expect(before.rows.plant_reading).toBe(0);
  expect(await countBotanists(target())).toBe(before.rows.botanist);
  expect([before.file, before.bytes]).toEqual([target(), statSync(target()).size]);
  if (process.platform !== "win32") expect(statSync(target()).mode & 0o777).toBe(0o600);
  expect(inTarget()).toEqual(["backup.db"]);
});

test("backUpSqlite replaces an existing file only with replace, after the new copy is checked", async () => {
  for (const before of ["", "SQLite format 3\0, yesterday's"]) {
    writeFileSync(target(), before);
    await expect(backUpSqlite(url, target(), { id: "1" })).rejects.toMatchObject({ code: "BACKUP_EXISTS" });
    expect(readFileSync(target(), "utf8")).toBe(before);
    await backUpSqlite(url, target(), { id: "1", replace: true });
    expect(await countBotanists(target())).toBe(0);
    expect(inTarget()).toEqual(["backup.db"]);
  }
});

test.each(["KEY=value", "SQLite format 4\0, of another program"])(
  "backUpSqlite refuses a file with %j, with and without replace",
  async (before) => {
    writeFileSync(target(), before);
    for (const replace of [false, true])
      await expect(backUpSqlite(url, target(), { id: "1", replace })).rejects.toMatchObject({
        code: "BACKUP_REFUSED",
        message: `The backup ${target()} exists and is not a SQLite database. Name another file.`,
      });
    expect(readFileSync(target(), "utf8")).toBe(before);
    expect(inTarget()).toEqual(["backup.db"]);
  },
);

/** The refusal of a file, even with `replace`. */
async function refusalOf(file: string): Promise<string> {
  const done = await backUpSqlite(url, file, { id: "1", replace: true }).catch(
    ({ code, message }) => `${code}: ${message}`,
  );
  return typeof done === "string" ? done : `written to ${done.file}`;
}

test("backUpSqlite refuses the database itself by any of its names, one in use, a folder, and a missing folder", async () => {
  const link = join(folder, "link.db");
  const hardLink = join(folder, "hard-link.db");
  symlinkSync(join(folder, "plants.db"), link);
  linkSync(join(folder, "plants.db"), hardLink);
  for (const name of [join(folder, "plants.db"), link, hardLink])
    expect(await refusalOf(name)).toMatch(/^BACKUP_REFUSED: .* is the database itself/);
  expect(await refusalOf(join(folder, "to"))).toMatch(/^BACKUP_REFUSED: .* is a folder/);
  expect(await refusalOf(join(folder, "no/x.db"))).toMatch(/^BACKUP_REFUSED: The folder .* does not exist/);
  const other = await openSqlite(`sqlite:${target()}`);
  await migrate(other);
  expect(await refusalOf(target())).toMatch(/^BACKUP_REFUSED: .*-wal is beside it/);
  await other.close();
});

test("backUpSqlite refuses the name of a write-ahead log or journal, and a file beside one that is left over", async () => {
  await addBotanist();
  for (const suffix of ["-wal", "-shm", "-journal", "-WAL"])
    expect(await refusalOf(join(folder, `plants.db${suffix}`))).toMatch(/^BACKUP_REFUSED: .* ends with -/);
  expect(await countBotanists(join(folder, "plants.db"))).toBe(1);
  writeFileSync(`${target()}-journal`, "left over");
  expect(await refusalOf(target())).toMatch(/^BACKUP_REFUSED: .*-journal is beside it/);
  expect(inTarget()).toEqual(["backup.db-journal"]);
});

test.skipIf(process.platform === "win32")(
  "backUpSqlite replaces neither a symbolic link, also if it leads nowhere, nor what is not a file",
  async () => {
    symlinkSync(join(folder, "elsewhere.db"), target());
    expect(await refusalOf(target())).toMatch(/^BACKUP_REFUSED: .* is a symbolic link/);
    writeFileSync(join(folder, "elsewhere.db"), "yesterday's");
    expect(await refusalOf(target())).toMatch(/^BACKUP_REFUSED: .* is a symbolic link/);
    expect(readFileSync(target(), "utf8")).toBe("yesterday's");
    const socket = join(folder, "to/socket");
    const server = createServer().listen(socket);
    try {
      await new Promise((listening) => server.once("listening", listening));
      expect(await refusalOf(socket)).toMatch(/^BACKUP_REFUSED: .* is a device, pipe or socket/);
      expect(statSync(socket).isSocket()).toBe(true);
    } finally {
      server.close();
    }
  },
);

test("backUpSqlite removes the temporary files that killed backups of the same file left over an hour ago, and no others", async () => {
  const write = (name: string, ageMs: number) => {
    const at = new Date(Date.now() - ageMs);
    writeFileSync(join(folder, "to", name), "half a copy");
    utimesSync(join(folder, "to", name), at, at);
  };
  const dayMs = 24 * 3_600_000;
  write(".backup.db.killed.part", dayMs);
  write(".backup.db.killed.part-journal", dayMs);
  const kept = [
    ".backup.db.running.part",
    ".backup.db.note",
    ".other.db.killed.part",
    "backup.db.killed.part",
  ];
  for (const name of kept) write(name, name.includes("running") ? 60_000 : dayMs);
  await backUpSqlite(url, target(), { id: "1" });
  expect(inTarget().sort()).toEqual([...kept, "backup.db"].sort());
});

test("backUpSqlite leaves no file if the database is damaged or the backup is stopped", async () => {
  for (let row = 0; row < 400; row++) await addBotanist();
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(database.db);
  await expect(backUpSqlite(url, target(), { id: "1", signal: AbortSignal.abort("stopped") })).rejects.toBe(
    "stopped",
  );
  await database.close();
  const path = join(folder, "plants.db");
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 2 * 4096, bytes.length - 4096);
  writeFileSync(path, bytes);
  await expect(backUpSqlite(url, target(), { id: "1" })).rejects.toMatchObject({
    code: "DATABASE_DAMAGED",
    message: expect.stringContaining(path),
  });
  expect(inTarget()).toEqual([]);
});
