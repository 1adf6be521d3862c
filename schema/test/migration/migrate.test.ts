import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import Libsql from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { dialects } from "../../src/dialects.js";
import { PlantSchemaError } from "../../src/errors.js";
import { migrate, migrateTo, pendingMigrations } from "../../src/migration/migrate.js";
import type { MigrationReport } from "../../src/migration/migration-report.js";
import { openSqlite } from "../../src/sqlite/index.js";
import { expectedColumns } from "../support/expected-columns.js";
import { makeMuseumDatabase, readRows } from "../support/museum-database.js";
import { temporaryDirectory } from "../support/temporary-directory.js";

const names = dialects.sqlite.migrations.map(({ name }) => name);
const nothingDone: MigrationReport = { applied: [], present: names, quarantined: [] };

async function openFile(path: string, readonly = false) {
  const opened = await openSqlite(`sqlite:${path}`, { readonly });
  onTestFinished(() => opened.close());
  return opened;
}

async function newPath(): Promise<string> {
  return join(await temporaryDirectory(), "plants.db");
}

const structure = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";

describe("migrate", () => {
  it("has exactly the files of the folders", async () => {
    for (const dialect of ["sqlite", "mssql"] as const) {
      const folder = new URL(`../../migrations/${dialect}/`, import.meta.url);
      const files = (await readdir(folder)).sort();
      expect(dialects[dialect].migrations.map(({ name }) => `${name}.sql`)).toEqual(files);
      for (const { name, sql: text } of dialects[dialect].migrations)
        expect(text).toBe(await readFile(new URL(`${name}.sql`, folder), "utf8"));
    }
  });

  it("creates the tables of PlantTables, and records each migration in the history", async () => {
    const path = await newPath();
    const opened = await openFile(path);
    expect(await migrate(opened)).toEqual({ applied: names, present: [], quarantined: [] });
    const found: Record<string, Record<string, string>> = {};
    for (const { name } of readRows(
      path,
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    ))
      found[String(name)] = Object.fromEntries(
        readRows(path, `PRAGMA table_info(${String(name)})`).map((column) => [
          column.name,
          column.notnull === 1 || column.pk === 1 ? "not null" : "null",
        ]),
      );
    expect(found).toEqual(expectedColumns);
    const history = await opened.db.selectFrom("schema_migration").selectAll().orderBy("name").execute();
    expect(history.map(({ name }) => name)).toEqual(names);
    for (const { checksum, applied_at } of history) {
      expect(checksum).toMatch(/^[0-9a-f]{64}$/);
      expect(applied_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });

  it("migrates a database in memory", async () => {
    const opened = await openSqlite("sqlite::memory:");
    onTestFinished(() => opened.close());
    expect((await migrate(opened)).applied).toEqual(names);
    expect(await migrate(opened)).toEqual(nothingDone);
  });

  it("turns foreign keys on again", async () => {
    const opened = await openFile(await newPath());
    await migrate(opened);
    await expect(
      sql`INSERT INTO city (city_name, country_id) VALUES ('Quito', 99)`.execute(opened.db),
    ).rejects.toThrow(/FOREIGN KEY/);
  });

  it("only reads if no migration is pending", async () => {
    const path = await newPath();
    await migrate(await openFile(path));
    const other = new Libsql(path);
    onTestFinished(() => void other.close());
    other.exec("BEGIN IMMEDIATE");
    expect(await migrate(await openFile(path))).toEqual(nothingDone);
    expect(await migrate(await openFile(path, true))).toEqual(nothingDone);
    other.exec("ROLLBACK");
  });

  it("pendingMigrations returns the pending names and only reads", async () => {
    const path = await newPath();
    const opened = await openFile(path);
    expect(await pendingMigrations(opened)).toEqual(names);
    expect(readRows(path, structure)).toEqual([]);
    await migrate(opened);
    expect(await pendingMigrations(opened)).toEqual([]);
  });

  it("is PERMISSION_DENIED in a read-only database", async () => {
    const path = await newPath();
    await openFile(path);
    await expect(migrate(await openFile(path, true))).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    expect(readRows(path, structure)).toEqual([]);
  });

  it("rolls back if a statement fails, and names the migration and the reason", async () => {
    const path = await newPath();
    const opened = await openFile(path);
    const broken = [
      ...dialects.sqlite.migrations,
      { name: "0003_broken", sql: "CREATE TABLE leaf (id); INSERT INTO stem VALUES (1);" },
    ];
    const error = await migrateTo(opened, broken).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PlantSchemaError);
    expect(error).toMatchObject({
      code: "MIGRATION_FAILED",
      recovery: "abort",
      message: expect.stringMatching(/0003_broken.*no such table: stem/),
    });
    expect(readRows(path, structure)).toEqual([]);
    expect((await migrate(opened)).applied).toEqual(names);
  });

  it("applies a new migration to a migrated database", async () => {
    const opened = await openFile(await newPath());
    await migrate(opened);
    const more = [
      ...dialects.sqlite.migrations,
      { name: "0003_leaf", sql: "CREATE TABLE leaf (id INTEGER)" },
    ];
    expect(await migrateTo(opened, more)).toEqual({
      applied: ["0003_leaf"],
      present: names,
      quarantined: [],
    });
    await expect(migrate(opened)).rejects.toMatchObject({
      code: "SCHEMA_UNKNOWN",
      message: expect.stringContaining("0003_leaf"),
    });
    await expect(pendingMigrations(opened)).rejects.toMatchObject({ code: "SCHEMA_UNKNOWN" });
  });

  it("fails with SCHEMA_UNKNOWN and changes nothing in a database that an unreleased version made", async () => {
    const path = await newPath();
    const opened = await openFile(path);
    const [museumTables] = dialects.sqlite.migrations;
    await migrateTo(opened, [
      { name: "0001_museum_tables", sql: museumTables?.sql ?? "" },
      { name: "0002_plant_pipeline", sql: "ALTER TABLE plant ADD COLUMN observed_at TEXT;" },
      { name: "0003_archive", sql: "CREATE TABLE archive_day (day TEXT);" },
    ]);
    const before = readRows(path, structure);
    const schemaUnknown = {
      code: "SCHEMA_UNKNOWN",
      recovery: "abort",
      message: expect.stringMatching(
        /^Another version made the tables .* Nothing was changed\. .* new database/,
      ),
      details: { migration: expect.stringMatching(/^0002_plant_pipeline|0003_archive$/) },
    };
    await expect(migrate(opened)).rejects.toMatchObject(schemaUnknown);
    await expect(pendingMigrations(opened)).rejects.toMatchObject(schemaUnknown);
    expect(readRows(path, structure)).toEqual(before);
  });

  it("fails if a reference to a removed row would remain, in the museum's other tables too", async () => {
    const path = await newPath();
    makeMuseumDatabase(
      path,
      `INSERT INTO botanist VALUES (1, 'a@x', 'A', ''), (2, 'A@x', 'A', '');
       CREATE TABLE rota (day TEXT, botanist_id INTEGER REFERENCES botanist (botanist_id));
       INSERT INTO rota VALUES ('Monday', 2), ('Tuesday', 77)`,
    );
    const before = readRows(path, structure);
    await expect(migrate(await openFile(path))).rejects.toMatchObject({
      code: "MIGRATION_FAILED",
      message: expect.stringContaining("rota"),
    });
    expect(readRows(path, structure)).toEqual(before);
  });
});
