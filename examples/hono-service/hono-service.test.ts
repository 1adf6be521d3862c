import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createSimulator } from "@lmnh/museum-simulator";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, onTestFinished, test } from "vitest";

const example = fileURLToPath(new URL("hono-service.mjs", import.meta.url));

test("hono-service.mjs pulls, serves its health, and ends on SIGTERM with everything loaded", async () => {
  const simulator = await createSimulator({
    now: Date.now,
    faultRate: 0,
    anomalies: false,
    latencyMs: [0, 0],
  });
  onTestFinished(() => simulator.close());
  const folder = await mkdtemp(join(tmpdir(), "hono-service-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const url = `sqlite:${join(folder, "plants.db")}`;
  const child = spawn(process.execPath, [example], {
    env: { ...process.env, PLANT_API_URL: simulator.url, PLANT_DATABASE: url, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const port = /^port (\d+)$/.exec((await lines.next()).value ?? "")?.[1];

  const health = async () => await fetch(`http://127.0.0.1:${port}/health`);
  let response = await health();
  for (let body = await response.text(); body.includes("starting"); body = await response.clone().text())
    response = await health();
  expect([response.status, await response.json()]).toMatchObject([200, { outcome: "ok", loaded: 48 }]);

  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  expect((await lines.next()).value).toBe("stopped");
  const database = await openSqlite(url);
  onTestFinished(() => database.close());
  const readings = await database.db.selectFrom("plant_reading").select("plant_id").execute();
  expect(readings).toHaveLength(48);
  const runs = await database.db.selectFrom("etl_run").select("state").execute();
  expect(runs).toEqual([{ state: "complete" }]);
});
