import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
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
    expect(children.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(children.map(() => "0 "));
    const reports = children.map(({ stdout }) => JSON.parse(stdout.split("\n")[1] ?? "") as MigrationReport);
    expect(reports.flatMap(({ applied }) => applied)).toEqual(names);
    expect(readRows(path, "SELECT name FROM schema_migration ORDER BY name")).toHaveLength(names.length);
    const kept = which === "a fresh file" ? 0 : readings * 0.9;
    expect(readRows(path, "SELECT count(*) AS kept FROM plant_reading")).toEqual([{ kept }]);
  },
);

it("migrate that is killed leaves each migration applied or not, and the next one finishes", async () => {
  const counts = new Set<number>();
  for (const delayMs of [0, 5, 15, 30, 60, 120]) {
    const path = join(await temporaryDirectory(), "plants.db");
    makeMuseumDatabase(path, manyReadings(readings));
    const before = readRows(path, "SELECT sql FROM sqlite_master ORDER BY name");
    let armed = false;
    await runChild(child, ["migrate", `sqlite:${path}`, driverPath], (started) => {
      if (!armed) setTimeout(() => started.kill("SIGKILL"), delayMs);
      armed = true;
    });
    const after = readRows(path, "SELECT sql FROM sqlite_master ORDER BY name");
    // The first one creates the history, and each is a transaction of its own.
    const applied =
      after.length === before.length
        ? []
        : readRows(path, "SELECT name FROM schema_migration ORDER BY name").map(({ name }) => name);
    counts.add(applied.length);
    expect(applied).toEqual(names.slice(0, applied.length));
    if (applied.length === 0) {
      expect(after).toEqual(before);
      expect(readRows(path, "SELECT count(*) AS rows FROM plant_reading")).toEqual([{ rows: readings }]);
    }
    const opened = await openSqlite(`sqlite:${path}`);
    onTestFinished(() => opened.close());
    expect((await migrate(opened)).applied).toEqual(names.slice(applied.length));
    expect(
      readRows(
        path,
        "SELECT (SELECT count(*) FROM plant_reading) + (SELECT count(*) FROM quarantined_row) AS rows",
      ),
    ).toEqual([{ rows: readings }]);
  }
  expect(counts).toContain(0);
});
