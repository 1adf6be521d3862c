import { loadReferenceData, migrate, type PlantDatabase } from "@lmnh/plant-schema";
import { CompiledQuery } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expand, queries } from "./queries.js";

export const nowMs = Date.UTC(2026, 2, 1, 12);
const at = (minutesAgo: number) => new Date(nowMs - minutesAgo * 60_000).toISOString();

/** What each query returns from the rows below. */
const expected: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  "variable plant": [
    { __value: 1, __text: "Aloe" },
    { __value: 2, __text: "Basil" },
  ],
  "panel Newest reading": [{ newest: at(1) }],
  "panel Open alerts": [{ alerts: 1 }],
  "panel Readings not archived yet": [{ readings: 4 }],
  "panel Messages that wait": [{ deliveries: 1 }],
  "panel Alerts": [
    { fired: at(30), since: at(40), alert: "silent", plant: 2, name: "Basil", acknowledged: null },
  ],
  "panel Soil moisture": [
    { time: at(2), metric: "Aloe", value: 51 },
    { time: at(1), metric: "Aloe", value: 50.5 },
  ],
  "panel Temperature": [{ time: at(2), metric: "Aloe", value: 20 }],
  "panel Runs": [
    { time: at(2), loaded: 2, rejected: 0, failed: 0 },
    { time: at(1), loaded: 0, rejected: 0, failed: 2 },
  ],
  "panel Runs that were not ok": [
    {
      started: at(1),
      outcome: "failed",
      reason: "no_response",
      requested: 2,
      loaded: 0,
      rejected: 0,
      failed: 2,
    },
  ],
  "panel Rejections": [{ received: at(5), plant: 1, status: 200, reading_rejected: 1, issues: "[]" }],
  "rule No complete run": [{ runs: 1 }],
  "rule No readings": [{ readings: 2 }],
  "rule Plants need someone": [{ alerts: 1 }],
  "rule Archive behind": [{ readings: 1 }],
  "rule Messages wait": [{ deliveries: 1 }],
};

/** Declares a test of every query over one dialect. */
export function testQueries(open: () => Promise<{ database: PlantDatabase; close(): Promise<void> }>): void {
  describe("the SQL of", () => {
    let opened: { database: PlantDatabase; close(): Promise<void> };
    beforeAll(async () => {
      opened = await open();
      await migrate(opened.database);
      await fill(opened.database);
    });
    afterAll(() => opened?.close());

    test.each(queries.map((query) => [query.name, query] as const))("%s", async (name, query) => {
      const sql = expand(query, nowMs, [1]);
      const { rows } = await opened.database.db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(sql));
      expect(expected[name]).toBeDefined();
      expect(rows.map((row) => Object.fromEntries(Object.entries(row).map(toComparable)))).toEqual(
        expected[name],
      );
    });
  });
}

/** SQL Server returns times as `Date`, booleans of a BIT column, and BIGINT as text. */
function toComparable([column, value]: [string, unknown]): [string, unknown] {
  if (value instanceof Date) return [column, value.toISOString()];
  if (typeof value === "boolean") return [column, Number(value)];
  return [column, typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value];
}

async function fill(database: PlantDatabase): Promise<void> {
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  const plant = (plantId: number, name: string) => ({
    plantId,
    name,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: null,
    origin: null,
    observedAt: at(60),
  });
  await loadReferenceData(database, {
    botanists: [],
    countries: [],
    cities: [],
    origins: [],
    plants: [plant(1, "Aloe"), plant(2, "Basil")],
  });
  const run = (minutesAgo: number, state: string, outcome: string, loaded: number) => ({
    run_id: `run-${minutesAgo}`,
    started_at: at(minutesAgo),
    finished_at: at(minutesAgo),
    state,
    outcome,
    reason: outcome === "ok" ? null : "no_response",
    requested: 2,
    loaded,
    rejected: 0,
    failed: 2 - loaded,
  });
  await db
    .insertInto("etl_run")
    .values([run(2, "complete", "ok", 2), run(1, "failed", "failed", 0)])
    .execute();
  const reading = (
    plantId: number,
    minutesAgo: number,
    temperature: number,
    moisture: number,
    flag: number,
  ) => ({
    plant_id: plantId,
    recording_taken: at(minutesAgo),
    temperature,
    soil_moisture: moisture,
    last_watered: null,
    quality_flag: flag,
    ingested_at: at(minutesAgo),
    run_id: "run-2",
  });
  await db
    .insertInto("plant_reading")
    .values([
      reading(1, 2, 20, 51, 0),
      // An impossible temperature, a reading in the future, and one that the archive has missed.
      reading(1, 1, 90, 50.5, 1),
      reading(2, -60, 20, 50, 4),
      reading(2, 27 * 60, 20, 50, 0),
    ])
    .execute();
  await db
    .insertInto("plant_rejection")
    .values({
      plant_id: 1,
      received_at: at(5),
      http_status: 200,
      reading_rejected: 1,
      issues: "[]",
      body: "{}",
      body_bytes: 2,
      digest: "0",
      run_id: "run-2",
    })
    .execute();
  const alert = (alertId: string, resolvedAt: string | null) => ({
    alert_id: alertId,
    plant_id: 2,
    rule_name: "silent",
    started_at: at(40),
    fired_at: at(30),
    resolved_at: resolvedAt,
    acknowledged_at: null,
    detail: "{}",
  });
  await db
    .insertInto("plant_alert")
    .values([alert("open", null), alert("over", at(10))])
    .execute();
  const delivery = (event: string, attempts: number, dueAt: string | null, deliveredAt: string | null) => ({
    alert_id: "open",
    event,
    notifier: "webhook",
    created_at: at(30),
    due_at: dueAt,
    delivered_at: deliveredAt,
    attempts,
    reason: null,
  });
  await db
    .insertInto("alert_delivery")
    .values([delivery("fired", 3, at(1), null), delivery("reminded", 5, null, at(2))])
    .execute();
}
