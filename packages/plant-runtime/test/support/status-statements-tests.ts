import { loadReferenceData, type Plant, type PlantDatabase } from "@lmnh/plant-schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StatusStatements, sqlStatusStatements } from "../../src/status/sql-status-facts.js";
import { minuteMs, nowMs } from "../status/facts.js";

const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const iso = (ms: number) => new Date(ms).toISOString();

/** A migrated, empty database. */
export interface OpenedDatabase {
  readonly database: PlantDatabase;
  close(): Promise<void>;
}

/** Declares tests of `sqlStatusStatements` over one dialect. */
export function statusStatementsTests(name: string, open: () => Promise<OpenedDatabase>): void {
  describe(name, () => {
    let opened: OpenedDatabase;
    let db: PlantDatabase["db"];
    let status: StatusStatements;
    beforeAll(async () => {
      opened = await open();
      const { database } = opened;
      db = database.schema === null ? database.db : database.db.withSchema(database.schema);
      status = sqlStatusStatements(database);
    });
    afterAll(() => opened?.close());

    test("an empty database has no facts", async () => {
      expect(await status.runs(nowMs)).toEqual({
        newest: [],
        futureMs: null,
        lastOk: null,
        lastNotOk: null,
        failure: null,
        firstMs: null,
        day: { runs: 0, loaded: 0, flagged: 0 },
      });
      expect(await status.readings(nowMs, 0)).toEqual({ newestMs: null, future: 0, newestFutureMs: null });
      expect(await status.plants(nowMs, nowMs)).toEqual({ known: 0, quiet: [] });
      expect(await status.rejections(nowMs)).toEqual({ byPlant: [] });
      expect(await status.alerts(nowMs)).toEqual({
        firing: [],
        plants: 0,
        lastDelivery: null,
        failing: 0,
        givenUp: 0,
        failure: null,
        waiting: 0,
        waitingSinceMs: null,
      });
      expect(await status.catalog()).toEqual({
        files: 0,
        rows: 0,
        bytes: 0,
        claimed: 0,
        quarantined: 0,
        quarantinedUnarchived: 0,
        lastHour: null,
        unarchived: 0,
        oldestUnarchivedMs: null,
        verifiedMs: null,
      });
      expect(await status.newestFiles(48)).toEqual([]);
    });

    test("runs has the newest runs, the last one that is ok and the last one that is not, and the sums of a day", async () => {
      const counts = { requested: 50, loaded: 2_000_000_000, flagged: 3, not_found: 1, on_loan: 1 };
      const runs = [
        { ago: 2 * dayMs, state: "complete", outcome: "ok", reason: null, ...counts },
        { ago: 3 * hourMs, state: "complete", outcome: "ok", reason: null, ...counts },
        { ago: 2 * hourMs, state: "failed", outcome: "failed", reason: "no_response", ...counts },
        { ago: hourMs, state: "running", outcome: null, reason: null },
      ];
      const report = JSON.stringify({ failures: [{ code: "timeout", message: "no response" }] });
      await db
        .insertInto("etl_run")
        .values(
          runs.map(({ ago, ...run }) => ({
            requested: null,
            loaded: null,
            flagged: null,
            not_found: null,
            on_loan: null,
            ...run,
            run_id: `run-${ago / hourMs}`,
            started_at: iso(nowMs - ago),
            finished_at: run.state === "running" ? null : iso(nowMs - ago + 2_007),
            report: run.state === "failed" ? report : null,
          })),
        )
        .execute();
      const facts = await status.runs(nowMs);
      expect(facts.newest.map(({ runId }) => runId)).toEqual(["run-1", "run-2", "run-3", "run-48"]);
      expect(facts.newest[0]).toMatchObject({ state: "running", finishedMs: null, loaded: 0, absent: 0 });
      expect(facts.lastOk).toEqual({
        runId: "run-3",
        startedMs: nowMs - 3 * hourMs,
        finishedMs: nowMs - 3 * hourMs + 2_007,
        state: "complete",
        outcome: "ok",
        reason: null,
        requested: 50,
        loaded: 2_000_000_000,
        absent: 2,
        rejected: 0,
        failed: 0,
      });
      expect(facts.lastNotOk).toMatchObject({ runId: "run-2", reason: "no_response" });
      expect(facts.failure).toBe("timeout: no response");
      expect(facts.firstMs).toBe(nowMs - 2 * dayMs);
      expect(facts.day).toEqual({ runs: 3, loaded: 4_000_000_000, flagged: 6 });
      const endNewest = (state: string, outcome: string, reason: string | null) =>
        db.updateTable("etl_run").set({ state, outcome, reason }).where("run_id", "=", "run-1").execute();
      for (const state of ["complete", "incomplete"]) {
        await endNewest(state, "degraded", "all_in_future");
        expect((await status.runs(nowMs)).lastNotOk).toMatchObject({
          runId: "run-1",
          reason: "all_in_future",
        });
      }
      await endNewest("complete", "ok", null);
      expect((await status.runs(nowMs)).lastNotOk).toMatchObject({ runId: "run-2" });
    });

    test("runs has the start of a run in the future, which is not one of the newest", async () => {
      await db
        .insertInto("etl_run")
        .values({ run_id: "future", started_at: iso(nowMs + hourMs), state: "complete", outcome: "ok" })
        .execute();
      const { futureMs, newest, lastOk } = await status.runs(nowMs);
      expect(futureMs).toBe(nowMs + hourMs);
      expect([newest[0]?.runId, lastOk?.runId]).toEqual(["run-1", "run-1"]);
    });

    test("bytes is null for SQLite, and the size of a server's files, which not every server knows", async () => {
      const bytes = await status.bytes();
      if (opened.database.dialect === "sqlite" || bytes === null) expect(bytes).toBeNull();
      else expect(bytes).toBeGreaterThan(0);
    });

    test("readings and plants have the newest reading, those of the future, and the plants without one", async () => {
      await loadReferenceData(opened.database, {
        botanists: [],
        countries: [],
        cities: [],
        origins: [],
        plants: [1, 2, 3, 4].map(buildPlant),
      });
      await insertReadings(db, [
        [1, nowMs - minuteMs],
        [2, nowMs - 2 * hourMs],
        [2, nowMs + hourMs],
      ]);
      await db
        .insertInto("plant_notice")
        .values({
          plant_id: 3,
          kind: "on_loan",
          notice_date: iso(nowMs).slice(0, 10),
          first_noticed: iso(nowMs - hourMs),
          last_noticed: iso(nowMs - minuteMs),
        })
        .execute();
      expect(await status.readings(nowMs, 0)).toEqual({
        newestMs: nowMs - minuteMs,
        future: 1,
        newestFutureMs: nowMs + hourMs,
      });
      expect(await status.plants(nowMs, nowMs - 10 * minuteMs)).toEqual({
        known: 4,
        quiet: [
          { plantId: 2, lastReadingMs: nowMs - 2 * hourMs, botanist: null },
          { plantId: 4, lastReadingMs: null, botanist: null },
        ],
      });
    });

    test("rejections counts the open ones by plant, and those of a day", async () => {
      const rejections = [
        { plant_id: 8, reading_rejected: 1, ago: 2 * minuteMs, resolved: false },
        { plant_id: 8, reading_rejected: 0, ago: minuteMs, resolved: false },
        { plant_id: 9, reading_rejected: 0, ago: minuteMs, resolved: false },
        { plant_id: 9, reading_rejected: 1, ago: minuteMs, resolved: true },
        { plant_id: 9, reading_rejected: 1, ago: 2 * dayMs, resolved: false },
      ];
      await db
        .insertInto("plant_rejection")
        .values(
          rejections.map(({ ago, resolved, ...rejection }, index) => ({
            ...rejection,
            received_at: iso(nowMs - ago),
            http_status: 200,
            issues: "[]",
            body: "x",
            body_bytes: 1,
            digest: `${index}`.padStart(64, "0"),
            run_id: "run",
            resolved_at: resolved ? iso(nowMs) : null,
            resolved_by: resolved ? "retry" : null,
          })),
        )
        .execute();
      expect(await status.rejections(nowMs)).toEqual({
        byPlant: [
          { plantId: 8, readings: 1, details: 1, ofDay: 2, newestReadingMs: nowMs - 2 * minuteMs },
          { plantId: 9, readings: 1, details: 1, ofDay: 1, newestReadingMs: nowMs - 2 * dayMs },
        ],
      });
    });

    test("alerts counts those that fire, and the deliveries by what became of them", async () => {
      const alert = (alert_id: string, plant_id: number | null, rule_name: string) => ({
        alert_id,
        plant_id,
        rule_name,
        started_at: iso(nowMs - hourMs),
        fired_at: iso(nowMs - hourMs),
        resolved_at: null,
        acknowledged_at: null,
        detail: "{}",
      });
      await db
        .insertInto("plant_alert")
        .values([alert("a", 1, "silent"), alert("b", 2, "silent"), alert("c", 2, "too-dry")])
        .execute();
      const delivery = { event: "fired", created_at: iso(nowMs - hourMs), delivered_at: null, due_at: null };
      await db
        .insertInto("alert_delivery")
        .values([
          { ...delivery, alert_id: "a", notifier: "log", delivered_at: iso(nowMs - minuteMs), attempts: 1 },
          {
            ...delivery,
            alert_id: "a",
            notifier: "sns",
            due_at: iso(nowMs),
            attempts: 2,
            reason: "no route",
            created_at: iso(nowMs - minuteMs),
          },
          { ...delivery, alert_id: "b", notifier: "sns", due_at: iso(nowMs - 2 * minuteMs), attempts: 0 },
          { ...delivery, alert_id: "c", notifier: "sns", attempts: 9, reason: "gone" },
        ])
        .execute();
      expect(await status.alerts(nowMs)).toEqual({
        firing: [
          { rule: "silent", alerts: 2 },
          { rule: "too-dry", alerts: 1 },
        ],
        plants: 2,
        lastDelivery: { notifier: "log", deliveredMs: nowMs - minuteMs },
        failing: 1,
        givenUp: 1,
        failure: { notifier: "sns", reason: "no route" },
        waiting: 1,
        waitingSinceMs: nowMs - 2 * minuteMs,
      });
    });

    test("catalog and newestFiles have the files by state, what no file has, and the time of the verification", async () => {
      const file = (hour: string, state: string, rows: number, bytes: number | null) => ({
        object_key: `key-${hour}`,
        partition_hour: hour,
        state,
        after_id: 0,
        through_id: 0,
        row_count: rows,
        byte_count: bytes,
        digest: bytes === null ? null : "0".repeat(32),
        run_id: "run",
        claimed_at: null,
        verified_at: null,
        pruned_at: null,
        reason: null,
      });
      await db
        .insertInto("archive_file")
        .values([
          file("2026-11-29T07", "quarantined", 5, 100),
          file("2026-11-29T08", "pruned", 2_000_000_000, 3_000_000_000),
          file("2026-11-29T09", "verified", 1, 3_000_000_000),
          file("2026-11-29T11", "claimed", 1, null),
        ])
        .execute();
      await db
        .insertInto("archive_metadata")
        .values({ archive_metadata_id: 1, archive_id: "archive", verified_at: iso(nowMs - 7) })
        .execute();
      expect(await status.catalog()).toEqual({
        files: 2,
        rows: 2_000_000_001,
        bytes: 6_000_000_000,
        claimed: 1,
        quarantined: 1,
        quarantinedUnarchived: 0,
        lastHour: "2026-11-29T09",
        // Three readings, two of them in the files.
        unarchived: 1,
        oldestUnarchivedMs: nowMs - 2 * hourMs,
        verifiedMs: nowMs - 7,
      });
      expect(await status.newestFiles(1)).toEqual([
        { key: "key-2026-11-29T09", bytes: 3_000_000_000, isPruned: false },
      ]);
      expect(await status.newestFiles(48)).toHaveLength(2);
      const hour = "2026-11-29T10";
      const all = { through_id: 1_000, object_key: "wrong" };
      await db
        .insertInto("archive_file")
        .values({ ...file(hour, "quarantined", 1, 100), ...all })
        .execute();
      expect(await status.catalog()).toMatchObject({ quarantined: 2, quarantinedUnarchived: 1 });
      await db
        .insertInto("archive_file")
        .values({ ...file(hour, "verified", 1, 100), ...all, object_key: "again" })
        .execute();
      expect(await status.catalog()).toMatchObject({ quarantined: 2, quarantinedUnarchived: 0 });
    });
  });
}

function buildPlant(plantId: number): Plant {
  return {
    plantId,
    name: `Plant ${plantId}`,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: null,
    origin: null,
    observedAt: iso(nowMs - dayMs),
  };
}

async function insertReadings(
  db: PlantDatabase["db"],
  readings: readonly (readonly [plantId: number, takenMs: number])[],
): Promise<void> {
  await db
    .insertInto("plant_reading")
    .values(
      readings.map(([plant_id, takenMs]) => ({
        plant_id,
        recording_taken: iso(takenMs),
        temperature: 20,
        soil_moisture: 50,
        quality_flag: 0,
        last_watered: null,
        ingested_at: iso(nowMs - minuteMs),
        run_id: "run",
      })),
    )
    .execute();
}
