import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Report } from "@lmnh/plant-etl";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { countIn, migratedDatabase } from "./support/folders.js";
import { startLambda } from "./support/lambda.js";
import { logsIn } from "./support/metrics.js";

const server = createServer((request, response) => {
  const plantId = Number(/(\d+)$/.exec(request.url ?? "")?.[1]);
  const keys = Array.from({ length: 60_000 }, (_, index) => `,"k${plantId} ${index}":0`).join("");
  const reading = `{"plant_id":${plantId},"temperature":1,"soil_moisture":1,"recording_taken":"2026-01-28T12:00:00"${keys}}`;
  response.end(plantId <= 5 ? reading : `<html>${plantId}${"x".repeat(200_000)}`);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("the log of a run is short, whatever a hostile API returns", async () => {
  const database = await migratedDatabase();
  const lambda = await startLambda(inject("sqliteBundles"), "etl", {
    PLANT_DATABASE: database,
    PLANT_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/plants`,
    PLANT_PLANTS: "1-40",
    PLANT_MAX_REJECTED: "100%",
  });
  const { report } = await lambda.invoke<Report>({});
  expect(report).toMatchObject({
    requested: 40,
    loaded: 5,
    rejected: 35,
    unknownKeysOmitted: 5 * 60_000 - 50,
  });
  expect(countIn(database, "SELECT count(*) FROM plant_rejection")).toBe(35);
  const logs = logsIn(lambda.lines());
  expect(logs.filter(({ message }) => message === "A response was rejected.")).toHaveLength(10);
  expect(logs).toContainEqual(expect.objectContaining({ more: 25 }));
  expect(JSON.stringify(logs).length).toBeLessThan(30_000);
});
