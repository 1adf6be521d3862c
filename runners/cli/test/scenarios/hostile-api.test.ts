import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Report } from "@lmnh/plant-etl";
import { afterEach, describe, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { countIn, rowsIn } from "../support/museum.js";
import { plant } from "../support/plant.js";
import { startPlantProcess } from "../support/plant-process.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An API that responds with 200 and the body that a function returns for a plant. */
async function startApi(bodyOf: (plantId: number) => string): Promise<string> {
  const server = createServer((request, response) => {
    const plantId = Number(/(\d+)$/.exec(request.url ?? "")?.[1]);
    response.setHeader("content-type", "application/json").end(bodyOf(plantId));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/plants`;
}

const response = (plantId: number, more = "") =>
  `{"plant_id":${plantId},"temperature":12.5,"soil_moisture":55.1,"recording_taken":"${new Date().toISOString()}"${more}}`;
const manyKeys = (plantId: number) =>
  Array.from({ length: 60_000 }, (_, index) => `,"k${plantId} ${index}":0`).join("");

describe("plant run, from a hostile API,", () => {
  test("loads every other plant if a response could make the transform throw, and the recording can be replayed", async () => {
    const hostile: Record<number, string> = {
      3: ',"name":{"length":{"toString":0}}',
      4: `,"name":${"[".repeat(6000)}${"]".repeat(6000)}`,
      5: ',"__proto__":{"toString":0},"botanist":{"name":{"length":{"toString":0}}}',
    };
    const url = await startApi((plantId) => response(plantId, hostile[plantId]));
    const cwd = makeFolder();
    const run = ["run", "--api", url, "--plants", "1-10", "--record", "responses.ndjson", "--json"];
    const first = await plant(run, { cwd });
    expect(JSON.parse(first.stdout)).toMatchObject({
      requested: 10,
      loaded: 10,
      invalidDetails: 3,
      rejected: 0,
    });
    const replay = ["run", "--replay", "responses.ndjson", "--database", "sqlite:replayed.db", "--json"];
    const second = await plant(replay, { cwd });
    expect(JSON.parse(second.stdout)).toMatchObject({
      requested: 10,
      loaded: 10,
      invalidDetails: 3,
      rejected: 0,
    });
  });

  test("loads and reports with any number of unknown keys while nobody reads stderr", async () => {
    const url = await startApi((plantId) => response(plantId, manyKeys(plantId)));
    const cwd = makeFolder();
    const started = startPlantProcess(["run", "--api", url, "--plants", "1-10", "--json"], { cwd });
    started.child.stderr?.pause();
    const report = JSON.parse(await started.until("stdout", /^.*\n/)) as Report;
    expect(report).toMatchObject({ requested: 10, loaded: 10, unknownKeysOmitted: 10 * 60_000 - 50 });
    started.child.stderr?.resume();
    const { stdout, stderr } = await started.ended;
    expect(stdout.length).toBeLessThan(8000);
    expect(stderr.length).toBeLessThan(8000);
    expect(stderr).toMatch(/and 599990 more keys that are new/);
    const database = join(cwd, "plant-data/plants.db");
    expect(countIn(database, "SELECT max(length(report)) FROM etl_run")).toBeLessThan(8000);
  });

  test("prints the first rejections, counts the others, and stores all of them", async () => {
    const url = await startApi((plantId) => `<html>${plantId}${"x".repeat(200_000)}`);
    const cwd = makeFolder();
    const { stdout, stderr } = await plant(["run", "--api", url, "--plants", "1-30", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ requested: 30, rejected: 30 });
    expect(stderr.match(/rejected \(status 200\)/g)).toHaveLength(10);
    expect(stderr).toMatch(/and 20 more rejections; all are in plant_rejection/);
    const database = join(cwd, "plant-data/plants.db");
    expect(existsSync(database)).toBe(true);
    const kept = rowsIn(database, "SELECT length(body) AS kept, body_bytes, issues FROM plant_rejection");
    expect(kept).toHaveLength(30);
    for (const row of kept) {
      expect(row.kept).toBe(65_536);
      expect(row.body_bytes).toBeGreaterThan(200_000);
      expect(row.issues).toContain("is kept to its first 65536 of");
    }
  });
});
