import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSimulator } from "@lmnh/museum-simulator";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("pull-once.mjs", import.meta.url));
const readme = fileURLToPath(new URL("../README.md", import.meta.url));

test("pull-once.mjs loads every plant into a database", async () => {
  const simulator = await createSimulator({
    now: Date.now,
    faultRate: 0,
    anomalies: false,
    latencyMs: [0, 0],
  });
  const folder = await mkdtemp(join(tmpdir(), "plant-example-"));
  const { stdout } = await promisify(execFile)(process.execPath, [example], {
    cwd: folder,
    env: { ...process.env, PLANT_API_URL: simulator.url },
  });
  expect(stdout).toMatch(/^48 loaded, \d+ of them flagged, 0 failed\n$/);
  await simulator.close();
  await rm(folder, { recursive: true });
});

test("the README contains pull-once.mjs", async () => {
  expect(await readFile(readme, "utf8")).toContain(await readFile(example, "utf8"));
});
