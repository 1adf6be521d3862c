import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { migrate } from "../../src/migration/migrate.js";
import type { MigrationReport } from "../../src/migration/migration-report.js";
import { openSqlite } from "../../src/sqlite/index.js";
import { sqliteMigrations } from "../../src/sqlite/migrations.js";
import { buildChild, driverPath, runChild } from "../support/child-process.js";
import { makeMuseumDatabase, manyReadings, readRows } from "../support/museum-database.js";
import { temporaryDirectory } from "../support/temporary-directory.js";

let child = "";
beforeAll(async () => {
  child = await buildChild();
});
afterAll(() => rm(dirname(child), { recursive: true, force: true }));

const readings = 10_000;
const names = sqliteMigrations.map(({ name }) => name);

it.each(["a fresh file", "a database of the museum"])(
  "eight processes at once migrate %s exactly once",
  async (which) => {
    const path = join(await temporaryDirectory(), "plants.db");
    if (which !== "a fresh file") makeMuseumDatabase(path, manyReadings(readings));
    const children = await Promise.all(
      Array.from({ length: 8 }, () => runChild(child, ["migrate", `sqlite:${path}`, driverPath])),
    );
    // One text, because a report cuts the elements of a list off.
    expect(children.map(({ stderr }) => stderr).join("")).toBe("");
    expect(children.map(({ code }) => code)).toEqual(children.map(() => 0));
    const reports = children.map(({ stdout }) => JSON.parse(stdout.split("\n")[1] ?? "") as MigrationReport);
    expect(reports.flatMap(({ applied }) => applied)).toEqual(names);
    expect(readRows(path, "SELECT name FROM schema_migration ORDER BY name")).toHaveLength(names.length);
    const kept = which === "a fresh file" ? 0 : readings * 0.9;
    expect(readRows(path, "SELECT count(*) AS kept FROM plant_reading")).toEqual([{ kept }]);
  },
);

describe("migrate that is killed", () => {
  const kills: [when: string, { readonly statement?: string; readonly delayMs?: number }][] = [
    ["before it records the first migration", { statement: "INSERT INTO schema_migration" }],
    ...[0, 5, 15, 30, 60, 120].map((delayMs): (typeof kills)[number] => [`after ${delayMs} ms`, { delayMs }]),
  ];
  it.each(kills)("%s applies all migrations or none, and the next one finishes", async (_, kill) => {
    const { statement, delayMs } = kill;
    const path = join(await temporaryDirectory(), "plants.db");
    makeMuseumDatabase(path, manyReadings(readings));
    const before = readRows(path, "SELECT sql FROM sqlite_master ORDER BY name");
    let armed = false;
    const { signal } = await runChild(
      child,
      ["migrate", `sqlite:${path}`, driverPath, ...(statement === undefined ? [] : [statement])],
      (started) => {
        if (!armed && delayMs !== undefined) setTimeout(() => started.kill("SIGKILL"), delayMs);
        armed = true;
      },
    );
    const after = readRows(path, "SELECT sql FROM sqlite_master ORDER BY name");
    // All are one transaction, which also creates the history.
    const applied = after.length === before.length ? [] : names;
    if (statement !== undefined) expect({ signal, applied }).toEqual({ signal: "SIGKILL", applied: [] });
    if (applied.length === 0) {
      expect(after).toEqual(before);
      expect(readRows(path, "SELECT count(*) AS rows FROM plant_reading")).toEqual([{ rows: readings }]);
    } else
      expect(readRows(path, "SELECT name FROM schema_migration ORDER BY name")).toEqual(
        names.map((name) => ({ name })),
      );
    const opened = await openSqlite(`sqlite:${path}`);
    onTestFinished(() => opened.close());
    expect((await migrate(opened)).applied).toEqual(names.slice(applied.length));
    expect(
      readRows(
        path,
        "SELECT (SELECT count(*) FROM plant_reading) + (SELECT count(*) FROM quarantined_row) AS rows",
      ),
    ).toEqual([{ rows: readings }]);
  });
});

it("migrate waits longer for the lock than other statements, because another process may be adopting readings", async () => {
  const path = join(await temporaryDirectory(), "plants.db");
  const holder = new Libsql(path);
  onTestFinished(() => void holder.close());
  const opened = await openSqlite(`sqlite:${path}`);
  onTestFinished(() => opened.close());
  holder.exec("BEGIN IMMEDIATE");
  const migrating = migrate(opened);
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  holder.exec("COMMIT");
  expect((await migrating).applied).toEqual(names);
});
