import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import Libsql from "libsql";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate, type PlantDatabase, shrinkDatabase, vacuumDatabase } from "../../src/index.js";
import { openSqlite } from "../../src/sqlite/index.js";

let folder = "";
let opened: PlantDatabase | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plant-shrink-"));
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<PlantDatabase> {
  opened = await openSqlite(`sqlite:${path}`);
  await migrate(opened);
  return opened;
}

const run = ({ db }: PlantDatabase, sql: string) => db.executeQuery(CompiledQuery.raw(sql));

/** Some 8 MB, of which the oldest three quarters are deleted. */
async function fillAndDelete(database: PlantDatabase): Promise<void> {
  await run(
    database,
    `INSERT INTO etl_run (run_id, started_at, state, report)
     WITH RECURSIVE run (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM run WHERE number < 4000)
     SELECT printf('%05d', number), '2026-01-01T00:00:00.000Z', 'complete', hex(zeroblob(1000)) FROM run`,
  );
  await run(database, "DELETE FROM etl_run WHERE run_id < '03000'");
}

test("shrinkDatabase returns free pages to the disk until the file is twice what it holds", async () => {
  const path = join(folder, "new.db");
  const database = await open(path);
  await fillAndDelete(database);
  const { bytesBefore, bytesAfter } = await shrinkDatabase(database);
  expect(bytesBefore).toBeGreaterThan(8_000_000);
  expect(bytesAfter).toBeLessThan(0.7 * Number(bytesBefore));
  expect(statSync(path).size).toBe(bytesAfter);
  expect(await shrinkDatabase(database)).toEqual({ bytesBefore: bytesAfter, bytesAfter });
  const { rows } = await run(database, "PRAGMA integrity_check");
  expect(rows).toEqual([{ integrity_check: "ok" }]);
  expect((await run(database, "SELECT count(*) AS runs FROM etl_run")).rows).toEqual([{ runs: 1001 }]);
});

test("shrinkDatabase stops after a step when its signal aborts", async () => {
  const database = await open(join(folder, "stopped.db"));
  await fillAndDelete(database);
  const { bytesBefore, bytesAfter } = await shrinkDatabase(database, { signal: AbortSignal.abort() });
  expect(bytesAfter).toBe(bytesBefore);
});

test("vacuumDatabase makes shrinkDatabase effective for a file that was created without it", async () => {
  const path = join(folder, "old.db");
  const old = new Libsql(path);
  old.exec("CREATE TABLE note (text TEXT)");
  old.close();
  const database = await open(path);
  await fillAndDelete(database);
  const unchanged = await shrinkDatabase(database);
  expect(unchanged.bytesAfter).toBe(unchanged.bytesBefore);
  const vacuumed = await vacuumDatabase(database);
  expect(vacuumed.bytesAfter).toBeLessThan(0.4 * Number(vacuumed.bytesBefore));
  expect(statSync(path).size).toBe(vacuumed.bytesAfter);
  await run(database, "DELETE FROM etl_run WHERE run_id < '03900'");
  const { bytesBefore, bytesAfter } = await shrinkDatabase(database);
  expect(bytesAfter).toBeLessThan(0.5 * Number(bytesBefore));
});
