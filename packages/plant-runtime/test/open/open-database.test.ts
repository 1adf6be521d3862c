import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import Libsql from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { databaseExists, openDatabase, openMigratedDatabase } from "../../src/open/open-database.js";
import { sqliteDatabase } from "../../src/resolve-database.js";

function temporaryDatabase(...path: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "plant-open-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, ...path);
  return { file, database: sqliteDatabase(`sqlite:${file}`) };
}

test("openMigratedDatabase creates a missing database for create only", async () => {
  const { file, database } = temporaryDatabase("plants.db");
  for (const access of ["read", "write"] as const)
    await expect(openMigratedDatabase(database, access, () => {})).rejects.toMatchObject({
      code: "DATABASE_MISSING",
      message: expect.stringMatching(/plants\.db does not exist.*plant run$/),
    });
  expect(existsSync(file)).toBe(false);
  const migrated: number[] = [];
  const opened = await openMigratedDatabase(database, "create", ({ applied }) => {
    migrated.push(applied.length);
  });
  await opened.close();
  expect(migrated).toEqual([expect.any(Number)]);
  expect(migrated[0]).toBeGreaterThan(0);
  expect(await databaseExists(database)).toBe(true);
});

test("openMigratedDatabase refuses pending migrations for read, and changes nothing", async () => {
  const { database } = temporaryDatabase("plants.db");
  await (await openDatabase(database)).close();
  const open = () => openMigratedDatabase(database, "read", () => {});
  await expect(open()).rejects.toMatchObject({ code: "MIGRATION_PENDING" });
  await expect(open()).rejects.toMatchObject({ code: "MIGRATION_PENDING" });
});

test("openDatabase creates a missing folder with createFolder only", async () => {
  const { file, database } = temporaryDatabase("missing", "plants.db");
  await expect(openDatabase(database)).rejects.toMatchObject({
    message: expect.stringMatching(/folder of the database .* does not exist.*mkdir -p/),
  });
  await (await openDatabase(database, { createFolder: true })).close();
  expect(existsSync(file)).toBe(true);
});

test("openDatabase runs statements with the driver that loadSqliteDriver returns", async () => {
  const { file, database } = temporaryDatabase("plants.db");
  const opened: string[] = [];
  class Recorded extends Libsql {
    constructor(path: string) {
      super(path);
      opened.push(path);
    }
  }
  await (await openDatabase(database, { loadSqliteDriver: async () => Recorded })).close();
  expect(opened).toEqual([file]);
});

test("openDatabase opens SQLite in a worker thread if loadSqliteDriver rejects", async () => {
  const { database } = temporaryDatabase("plants.db");
  const loadSqliteDriver = () => Promise.reject(new Error("cannot be loaded"));
  const opened = await openDatabase(database, { loadSqliteDriver });
  expect((await opened.db.executeQuery(CompiledQuery.raw("SELECT 1 AS n"))).rows).toEqual([{ n: 1 }]);
  await opened.close();
});
