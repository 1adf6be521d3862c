import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

const now = "2026-03-01T12:00:00.000Z";
const nowMs = Date.parse(now);
const database = ["--database", "sqlite:plants.db"];

test("plant serve has the counts of the run log in /metrics", async () => {
  const cwd = makeFolder();
  const { url } = await startMuseum({ now: () => nowMs, anomalies: false });
  await plant(["run", "--api", url, "--plants", "1-6", "--at", now, ...database], { cwd });
  await plant(["run", "--api", url, "--plants", "1-6", "--at", now, ...database], { cwd });
  const serving = startPlant(["serve", ...database, "--port", "0"], { cwd });
  const page = await serving.until("stdout", /http:\S+/);
  const lines = (await (await fetch(`${page}metrics`)).text()).split("\n");
  serving.signal("SIGTERM");
  expect((await serving.ended).code).toBe(0);
  for (const line of [
    "plant_readings_loaded_total 6",
    'plant_run_answers_total{outcome="loaded"} 6',
    'plant_run_answers_total{outcome="duplicate"} 6',
    'plant_run_answers_total{outcome="failed"} 0',
    "plant_archive_unarchived_readings 6",
    "# TYPE plant_run_duration_seconds gauge",
    "# EOF",
  ])
    expect(lines).toContain(line);
});

test("plant serve opens a replaced database file again at the next request for /readyz", async () => {
  const cwd = makeFolder();
  for (const name of ["plants.db", "new.db"])
    await plant(["migrate", "--database", `sqlite:${name}`], { cwd });
  const serving = startPlant(["serve", ...database, "--port", "0"], { cwd });
  const page = await serving.until("stdout", /http:\S+/);
  const ready = async () => (await fetch(`${page.trim()}readyz`)).status;
  expect(await ready()).toBe(200);
  renameSync(join(cwd, "new.db"), join(cwd, "plants.db"));
  expect([await ready(), await ready(), await ready()]).toEqual([503, 200, 200]);
  serving.signal("SIGTERM");
  const { code, stderr } = await serving.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/plants\.db was replaced/);
  expect(stderr).not.toMatch(/[Ss]tart again/);
});
