import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createSimulator } from "@lmnh/museum-simulator";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpPlantSource } from "../../src/entries/http.js";
import { sqlPlantStore } from "../../src/entries/sql.js";
import { lmnhTransform, runEtl } from "../../src/index.js";

const pullOnce = fileURLToPath(new URL("../support/pull-once.mjs", import.meta.url));
let folder: string;
let simulator: Awaited<ReturnType<typeof createSimulator>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plant-kill-"));
  const noon = Date.parse("2026-01-28T12:00:00.000Z");
  simulator = await createSimulator({ now: () => noon, faultRate: 0, latencyMs: [0, 12], maxConcurrent: 8 });
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

/** Runs a pull in a process of its own, killed after `killAfterMs` from when it starts to pull; whether it was. */
async function pullAndKill(databaseUrl: string, runId: string, killAfterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [pullOnce, simulator.url, databaseUrl, runId], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const exited = once(child, "exit");
  await once(child.stdout, "data");
  await sleep(killAfterMs);
  child.kill("SIGKILL");
  await exited;
  return output === "started\n";
}

test("runEtl killed at any moment leaves complete batches, and the next run is complete", async () => {
  const url = `sqlite:${join(folder, "plants.db")}`;
  const database = await openSqlite(url);
  await migrate(database);
  const { db } = database;
  const count = async (table: "plant_reading" | "plant") => {
    const row = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
    return row.rows;
  };

  let killed = 0;
  for (let attempt = 0; attempt < 12; attempt++) {
    for (const table of ["plant_reading", "plant_notice", "plant"] as const)
      await db.deleteFrom(table).execute();
    const isKilled = await pullAndKill(url, `killed-${attempt}`, attempt * 12);
    if (isKilled) killed += 1;

    const left = await count("plant_reading");
    const { rows: broken } = await sql`PRAGMA integrity_check`.execute(db);
    expect(broken).toEqual([{ integrity_check: "ok" }]);
    // Each batch of ten has at most two notices, and is stored with its plants or not at all.
    if (isKilled) expect([0, 8, 9, 10, 18, 19, 20, 28, 29, 30, 38, 39, 40, 48]).toContain(left);
    expect(await count("plant")).toBe(left);

    const source = httpPlantSource({
      baseUrl: simulator.url,
      roster: { kind: "list", ranges: [[1, 50]] },
      retry: { baseDelayMs: 1 },
    });
    const next = await runEtl({ source, transform: lmnhTransform(), store: sqlPlantStore(database) });
    expect(next).toMatchObject({
      requested: 50,
      loaded: 48 - left,
      duplicates: left,
      failed: 0,
      complete: true,
    });
    expect(await count("plant_reading")).toBe(48);
  }
  // Most are killed in the middle: else this test would look at nothing.
  expect(killed).toBeGreaterThan(3);
  const unfinished = await db.selectFrom("etl_run").select("state").where("state", "=", "running").execute();
  expect(unfinished.length).toBeLessThanOrEqual(killed);
  await database.close();
});
