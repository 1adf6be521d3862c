import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { plant } from "../support/plant.js";

const folder = makeFolder();
const backup = (...args: string[]) => plant(["backup", ...args], { cwd: folder });

test("plant backup prints file, size and rows, and keeps an existing file without --force", async () => {
  await plant(["migrate", "--quiet"], { cwd: folder });
  mkdirSync(join(folder, "to"));
  const { code, stdout } = await backup("to/plants.db");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^backed up sqlite:plant-data\/plants\.db to \/.*\/to\/plants\.db: [\d.]+ kB, \d+ rows; /,
  );
  expect(stdout).toContain("plant archive verify");
  expect(await backup("to/plants.db")).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/plants\.db exists\. Nothing was written\. .*plant backup FILE --force\n$/),
  });
  expect(await backup("plants.db-wal", "--force")).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/ends with -wal, .* Name another file\n$/),
  });
  const forced = await backup("to/plants.db", "--force", "--json");
  expect(JSON.parse(forced.stdout)).toMatchObject({
    outcome: "ok",
    file: join(folder, "to/plants.db"),
    bytes: expect.any(Number),
    rows: { plant_reading: 0, schema_migration: expect.any(Number) },
  });
});

test("plant backup refuses a missing database and creates nothing", async () => {
  expect(await backup("none.db", "--database", "sqlite:missing.db")).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/^error: sqlite:missing\.db does not exist/),
  });
  expect(existsSync(join(folder, "none.db"))).toBe(false);
  expect(existsSync(join(folder, "missing.db"))).toBe(false);
});

test("plant backup exits with 2 for SQL Server, and explains BACKUP DATABASE", async () => {
  const { code, stderr } = await backup("x.bak", "--database", "mssql://sa:hunter2@127.0.0.1:1/plants");
  expect(code).toBe(2);
  expect(stderr).toMatch(/BACKUP DATABASE \[plants\] TO DISK/);
  expect(stderr).not.toContain("hunter2");
});
