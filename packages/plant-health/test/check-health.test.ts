import { afterEach, beforeEach, expect, test } from "vitest";
import { checkHealth } from "../src/check-health.js";
import type { Message, Notifier } from "../src/ports.js";
import { sqlAlertStore } from "../src/store/sql-alert-store.js";
import { sqlHabitStore } from "../src/store/sql-habit-store.js";
import { sqlPlantRecords } from "../src/store/sql-plant-records.js";
import { testNowMs } from "../src/testing/index.js";
import { openTestSqlite, type TestDatabase } from "./support/health-database.js";

const minute = 60_000;
const hour = 60 * minute;
let opened: TestDatabase;
let nowMs: number;
let ids = 0;
let messages: Message[] = [];
beforeEach(async () => {
  opened = await openTestSqlite();
  nowMs = testNowMs;
  messages = [];
});
afterEach(() => opened?.close());

const notifier: Notifier = {
  name: "memory",
  sendsResolved: false,
  notify: async (message) => {
    messages.push(message);
  },
};

const check = (options: { dryRun?: boolean } = {}) =>
  checkHealth({
    records: sqlPlantRecords(opened.database),
    habits: sqlHabitStore(opened.database),
    alerts: sqlAlertStore(opened.database),
    notifiers: [notifier],
    clock: { now: () => nowMs, sleep: async () => {} },
    newId: () => {
      ids += 1;
      return `alert-${ids}`;
    },
    timeZone: "Europe/London",
    ...options,
  });

/** A pull a minute, of the plants that send readings. */
async function pull(fromMs: number, untilMs: number, plantIds: readonly number[], everyMs = minute) {
  const { db } = opened.database;
  for (let atMs = fromMs; atMs < untilMs; atMs += everyMs) {
    const at = new Date(atMs).toISOString();
    const startOfDay = Math.floor(atMs / (24 * hour)) * 24 * hour;
    const wateredMs = startOfDay + 9 * hour <= atMs ? startOfDay + 9 * hour : startOfDay - 15 * hour;
    await db
      .insertInto("etl_run")
      .values({
        run_id: at,
        started_at: at,
        finished_at: at,
        state: "complete",
        requested: 3,
        loaded: plantIds.length,
      })
      .execute();
    if (plantIds.length > 0)
      await db
        .insertInto("plant_reading")
        .values(
          plantIds.map((plantId) => ({
            plant_id: plantId,
            recording_taken: at,
            temperature: 20 + (atMs % (3 * minute)) / minute / 10,
            soil_moisture: 95 - (3 * (atMs - wateredMs)) / hour + (atMs % (2 * minute)) / minute / 10,
            last_watered: new Date(wateredMs).toISOString(),
            quality_flag: 0,
            ingested_at: at,
            run_id: at,
          })),
        )
        .execute();
  }
}

test("checkHealth finds nothing in a day as usual, and makes the profiles of the days that have ended", async () => {
  await pull(nowMs - 36 * hour, nowMs, [1, 2, 3], 10 * minute);
  const report = await check();
  expect(report).toMatchObject({
    plants: 3,
    transitions: [],
    alerts: [],
    delivery: { delivered: 0, failed: [] },
  });
  expect(report.profiledDays).toEqual(["2026-02-28"]);
  expect((await check()).profiledDays).toEqual([]);
  expect((await sqlHabitStore(opened.database).profiles("2026-01-01")).map(({ plantId }) => plantId)).toEqual(
    [1, 2, 3],
  );
});

test("checkHealth sends one message about a silent plant, once, and ends the alert with its next reading", async () => {
  await pull(nowMs - 60 * minute, nowMs - 15 * minute, [1, 2, 3]);
  await pull(nowMs - 15 * minute, nowMs, [1, 3]);
  const first = await check();
  expect(first.alerts).toMatchObject([{ plantId: 2, plantName: "Plant 2", detail: { rule: "silent" } }]);
  expect(messages.map(({ items }) => items.map(({ heading }) => heading))).toEqual([["No readings"]]);
  await pull(nowMs, nowMs + minute, [1, 3]);
  nowMs += minute;
  expect((await check()).alerts).toHaveLength(1);
  expect(messages).toHaveLength(1);
  await pull(nowMs, nowMs + minute, [1, 2, 3]);
  nowMs += minute;
  const last = await check();
  expect(last.transitions).toMatchObject([{ kind: "resolve" }]);
  expect(last.alerts).toEqual([]);
  expect(messages).toHaveLength(1);
});

test("checkHealth makes one message of an outage of 40 minutes", async () => {
  await pull(nowMs - 60 * minute, nowMs, [1, 2, 3]);
  const endMs = nowMs + 40 * minute;
  for (; nowMs < endMs + 10 * minute; nowMs += minute) {
    await pull(nowMs, nowMs + minute, nowMs < endMs ? [] : [1, 2, 3]);
    await check();
  }
  expect(messages).toHaveLength(1);
  expect(messages[0]?.items.map(({ alert }) => [alert.plantId, alert.detail.rule])).toEqual([
    [null, "outage"],
  ]);
  expect((await check()).alerts).toEqual([]);
});

test("checkHealth in a dry run stores and sends nothing", async () => {
  await pull(nowMs - 60 * minute, nowMs - 15 * minute, [1, 2, 3]);
  await pull(nowMs - 15 * minute, nowMs, [1, 3]);
  const report = await check({ dryRun: true });
  expect(report.transitions).toMatchObject([{ kind: "fire", plantId: 2 }]);
  expect(report.alerts).toEqual([]);
  expect(messages).toEqual([]);
  expect(await sqlAlertStore(opened.database).alerts(0)).toEqual([]);
  expect(await sqlHabitStore(opened.database).profiles("2026-01-01")).toEqual([]);
});

test("checkHealth sends a reminder after a day, unless the alert is acknowledged", async () => {
  await pull(nowMs - 60 * minute, nowMs - 15 * minute, [1, 2, 3]);
  await pull(nowMs - 15 * minute, nowMs, [1, 3]);
  await check();
  await pull(nowMs + 23 * hour, nowMs + 25 * hour, [1, 3]);
  nowMs += 25 * hour;
  const [alert] = (await check()).alerts;
  expect(alert?.plantId).toBe(2);
  expect(messages.map(({ items }) => items[0]?.event)).toEqual(["fired", "reminded"]);
  await check();
  expect(messages).toHaveLength(2);
});
