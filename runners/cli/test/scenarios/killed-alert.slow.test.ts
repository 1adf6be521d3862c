import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { rowsIn, startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";
import { startPlantProcess } from "../support/plant-process.js";

const minute = 60_000;
const kills = 25;
const cwd = makeFolder();
const file = join(cwd, "plants.db");
const database = ["--database", "sqlite:plants.db"];

/** The events that the receiver has got, by key; it is slow, so that kills fall between its response and the outbox. */
const received = new Map<string, number>();
let webhook = "";
const server = createServer(async (request, response) => {
  const { events } = JSON.parse(await text(request)) as { events: { key: string }[] };
  for (const { key } of events) received.set(key, (received.get(key) ?? 0) + 1);
  await sleep(30);
  response.end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const nowMs = Date.now();
  // Twenty plants fall silent, fewer than an outage has.
  for (let ago = 60; ago >= 0; ago -= 2) {
    const atMs = nowMs - ago * minute;
    const { url } = await startMuseum({ now: () => atMs, anomalies: false });
    const at = new Date(atMs).toISOString();
    const plants = ago < 30 ? "21-42,44-50" : "1-6,8-42,44-50";
    const ended = await plant(["run", "--api", url, "--plants", plants, "--at", at, ...database], { cwd });
    expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)]);
  }
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test(`plant alert that is killed ${kills} times loses no event, and repeats one only with the same key`, async () => {
  for (let kill = 0; kill < kills; kill++) {
    const { child, ended } = startPlantProcess(["alert", ...database, "--notify", webhook], { cwd });
    await Promise.race([ended, sleep(150 + ((kill * 337) % 900))]);
    child.kill("SIGKILL");
    await ended;
  }
  // What a killed process had taken is due again when its lease ends.
  const clock = {
    now: () => Date.now() + 6 * minute,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  };
  const last = await plant(["alert", ...database, "--notify", webhook], { cwd, host: { clock } });
  expect(last.code).toBe(0);
  const alerts = rowsIn(file, "SELECT alert_id, plant_id, rule_name FROM plant_alert ORDER BY plant_id");
  const silent = alerts.filter(({ rule_name }) => rule_name === "silent").map(({ plant_id }) => plant_id);
  expect(silent).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  const deliveries = rowsIn(file, "SELECT alert_id, event, delivered_at FROM alert_delivery");
  for (const { alert_id, event, delivered_at } of deliveries)
    if (event === "fired") {
      expect(delivered_at).not.toBeNull();
      expect(received.has(`${alert_id}:fired`)).toBe(true);
    }
  expect(deliveries.filter(({ event }) => event === "fired")).toHaveLength(alerts.length);
  const known = new Set(alerts.map(({ alert_id }) => alert_id));
  for (const key of received.keys()) expect(known).toContain(key.slice(0, key.lastIndexOf(":")));
});
