import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqlOperatorMetrics } from "../../src/dashboard/sql-operator-metrics.js";
import type { TestDatabase } from "./health-database.js";

const nowMs = Date.parse("2026-03-01T12:00:00.000Z");
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Declares tests of `sqlOperatorMetrics` over one dialect. */
export function operatorMetricsTests(name: string, open: () => Promise<TestDatabase>): void {
  describe(name, () => {
    let opened: TestDatabase;
    let load: ReturnType<typeof sqlOperatorMetrics>;
    beforeAll(async () => {
      opened = await open();
      load = sqlOperatorMetrics(opened.database);
    });
    afterAll(() => opened?.close());

    test("an empty database has counters of 0 and no duration", async () => {
      expect(await load(nowMs)).toEqual({
        readingsLoaded: 0,
        runAnswers: {
          loaded: 0,
          duplicate: 0,
          conflict: 0,
          not_found: 0,
          on_loan: 0,
          sensor_fault: 0,
          rejected: 0,
          failed: 0,
        },
        deliveries: [],
        unarchivedReadings: 0,
      });
    });

    test("counts the responses of all runs, those of the first years too", async () => {
      await insertRun(opened, nowMs - 800 * dayMs, 1_500, { loaded: 2_000_000_000 });
      await insertRun(opened, nowMs - 400 * dayMs, 1_500, { loaded: 2_000_000_000 });
      await insertRun(opened, nowMs - 10 * dayMs, 1_500, { loaded: 40, duplicates: 3, not_found: 1 });
      await insertRun(opened, nowMs - 2 * minuteMs, 2_250, { loaded: 46, rejected: 2 });
      await insertRun(opened, nowMs - minuteMs, null, {});
      const { readingsLoaded, runAnswers, runDurationSeconds } = await sqlOperatorMetrics(opened.database)(
        nowMs,
      );
      expect([readingsLoaded, runDurationSeconds]).toEqual([4_000_000_086, 2.25]);
      expect(runAnswers).toMatchObject({ loaded: 4_000_000_086, duplicate: 3, not_found: 1, rejected: 2 });
    });

    test("adds each run once, at whatever distance the calls are, and never falls", async () => {
      const counting = sqlOperatorMetrics(opened.database);
      let total = (await counting(nowMs)).readingsLoaded ?? 0;
      for (const afterMs of [
        minuteMs,
        20 * minuteMs * 60,
        27 * minuteMs * 60,
        3 * dayMs,
        40 * dayMs,
        200 * dayMs,
      ]) {
        const laterMs = nowMs + afterMs;
        await insertRun(opened, laterMs - minuteMs, 1_000, { loaded: 10 });
        const [one, other, again] = [
          ...(await Promise.all([counting(laterMs), counting(laterMs)])),
          await sqlOperatorMetrics(opened.database)(laterMs),
        ];
        total += 10;
        expect([one?.readingsLoaded, other?.readingsLoaded, again?.readingsLoaded]).toEqual([
          total,
          total,
          total,
        ]);
      }
      // A clock that is set back.
      expect((await counting(nowMs)).readingsLoaded).toBe(total);
    });

    test("a call that its signal ends is continued by the next one", async () => {
      const counting = sqlOperatorMetrics(opened.database);
      await expect(counting(nowMs, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
      expect((await counting(nowMs)).readingsLoaded).toBe((await load(nowMs)).readingsLoaded);
    });

    test("does not fall when old runs leave the run log, at once, in the middle of a sum, and between distant calls", async () => {
      for (let step = 1; step <= 9; step++)
        await insertRun(opened, nowMs - step * 45 * dayMs, 1_000, { failed: step });
      const counting = sqlOperatorMetrics(opened.database);
      const { runAnswers: before } = await counting(nowMs);
      expect(await pruneOldestRun(opened, nowMs)).toBe(true);
      for (const load of [counting, sqlOperatorMetrics(opened.database)])
        expect((await load(nowMs)).runAnswers).toEqual(before);

      const interrupted = sqlOperatorMetrics(opened.database);
      // Each of the calls ends after a step of its sum; then a run is deleted that is in the sum, and one that is not.
      for (let call = 1; call <= 4; call++) {
        await expect(interrupted(nowMs, abortAfter(1))).rejects.toThrow("stopped");
        for (const _run of ["summed up", "next"]) expect(await pruneOldestRun(opened, nowMs)).toBe(true);
      }
      expect((await interrupted(nowMs)).runAnswers).toEqual(before);

      const laterMs = nowMs + 900 * dayMs;
      await insertRun(opened, laterMs - 100 * dayMs, 1_000, { loaded: 5 });
      while (await pruneOldestRun(opened, laterMs));
      expect((await counting(laterMs)).readingsLoaded).toBe((before?.loaded ?? 0) + 5);
    });

    test("counts the readings that are in no file of the archive", async () => {
      await inSchema(opened)
        .insertInto("archive_file")
        .values({
          object_key: "key",
          partition_hour: "2026-03-01T12",
          state: "verified",
          after_id: 0,
          through_id: 1000,
          row_count: 3,
          byte_count: 1,
          digest: "digest",
          run_id: "run",
          claimed_at: null,
          verified_at: null,
          pruned_at: null,
          reason: null,
        })
        .execute();
      await insertReadings(opened, 5);
      expect((await load(nowMs)).unarchivedReadings).toBe(2);
    });

    test("counts deliveries by notifier and outcome", async () => {
      await insertDeliveries(opened, [
        ["log", "delivered"],
        ["log", "pending"],
        ["sns", "given_up"],
        ["sns", "delivered"],
        ["sns", "delivered"],
      ]);
      expect((await load(nowMs)).deliveries).toEqual([
        { notifier: "log", outcome: "delivered", count: 1 },
        { notifier: "log", outcome: "pending", count: 1 },
        { notifier: "log", outcome: "given_up", count: 0 },
        { notifier: "sns", outcome: "delivered", count: 2 },
        { notifier: "sns", outcome: "pending", count: 0 },
        { notifier: "sns", outcome: "given_up", count: 1 },
      ]);
    });
  });
}

const iso = (ms: number) => new Date(ms).toISOString();

function inSchema({ database }: TestDatabase) {
  return database.schema === null ? database.db : database.db.withSchema(database.schema);
}

async function insertRun(
  opened: TestDatabase,
  startedMs: number,
  tookMs: number | null,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await inSchema(opened)
    .insertInto("etl_run")
    .values({
      run_id: `run-${startedMs}`,
      started_at: iso(startedMs),
      finished_at: tookMs === null ? null : iso(startedMs + tookMs),
      state: tookMs === null ? "running" : "complete",
      ...counts,
    })
    .execute();
}

/** Aborts when it was asked so many times whether it has. */
function abortAfter(times: number): AbortSignal {
  const { signal } = new AbortController();
  let asked = 0;
  return Object.assign(signal, {
    throwIfAborted() {
      if (++asked > times) throw new Error("stopped");
    },
  });
}

/** As `pruneRunLog` of plant-etl: the counts of the run are added to those of the deleted ones. `false` if there is none. */
async function pruneOldestRun(opened: TestDatabase, atMs: number): Promise<boolean> {
  const db = inSchema(opened);
  const [oldest] = await db
    .selectFrom("etl_run")
    .selectAll()
    .where("started_at", "<", iso(atMs - 2 * dayMs))
    .orderBy("started_at")
    .execute();
  if (oldest === undefined) return false;
  await db.deleteFrom("etl_run").where("run_id", "=", oldest.run_id).execute();
  await db
    .updateTable("pruned_run_total")
    .set((eb) =>
      Object.fromEntries(counted.map((column) => [column, eb(column, "+", Number(oldest[column] ?? 0))])),
    )
    .execute();
  return true;
}

const counted = [
  ...(["loaded", "duplicates", "conflicts", "not_found"] as const),
  ...(["on_loan", "sensor_fault", "rejected", "failed"] as const),
];

type Delivered = readonly [notifier: string, outcome: "delivered" | "pending" | "given_up"];

/** One alert a delivery. */
async function insertDeliveries(opened: TestDatabase, deliveries: readonly Delivered[]): Promise<void> {
  const db = inSchema(opened);
  for (const [index, [notifier, outcome]] of deliveries.entries()) {
    await db
      .insertInto("plant_alert")
      .values({
        alert_id: `alert-${index}`,
        plant_id: 1,
        rule_name: "silent",
        started_at: iso(nowMs),
        fired_at: iso(nowMs),
        resolved_at: iso(nowMs),
        acknowledged_at: null,
        detail: "{}",
      })
      .execute();
    await db
      .insertInto("alert_delivery")
      .values({
        alert_id: `alert-${index}`,
        event: "fired",
        notifier,
        created_at: iso(nowMs),
        due_at: outcome === "pending" ? iso(nowMs) : null,
        delivered_at: outcome === "delivered" ? iso(nowMs) : null,
      })
      .execute();
  }
}

async function insertReadings(opened: TestDatabase, count: number): Promise<void> {
  const db = inSchema(opened);
  await db
    .insertInto("plant_reading")
    .values(
      Array.from({ length: count }, (_, minute) => ({
        plant_id: 1,
        recording_taken: iso(nowMs + minute * minuteMs),
        temperature: 20,
        soil_moisture: 50,
        quality_flag: 0,
        last_watered: null,
        ingested_at: iso(nowMs),
        run_id: "run",
      })),
    )
    .execute();
}
