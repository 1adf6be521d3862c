import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator, type SimulatorOptions } from "@lmnh/museum-simulator";
import type { Clock, EtlEvent, PlantSource } from "@lmnh/plant-etl";
import { migrate, type PlantDatabase, PlantSchemaError } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { startFakeTdsServer } from "@lmnh/testing/sql-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { httpSource } from "../src/http-source.js";
import { type PullOptions, pull } from "../src/pull.js";
import { resolveSettings } from "../src/settings/resolve-settings.js";
import { sourceSettings } from "../src/settings/setting-groups.js";

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
const random = () => 0.5;

async function startMuseum(options: Partial<SimulatorOptions> = {}) {
  const simulator = await createSimulator({
    now: () => Date.now(),
    latencyMs: [0, 0],
    faultRate: 0,
    anomalies: false,
    ...options,
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** Plants 1 to 3 of a museum, as a runner asks for them. */
function askFor(url: string) {
  const environment = { PLANT_API_URL: url, PLANT_PLANTS: "1-3" };
  const { values } = resolveSettings(sourceSettings, { flags: {}, environment, dotEnv: {}, configFile: {} });
  return httpSource(values, { clock, random, userAgent: "test/1" });
}

async function openMemory(): Promise<PlantDatabase> {
  const database = await openSqlite("sqlite::memory:");
  onTestFinished(() => database.close());
  await migrate(database);
  return database;
}

async function pullFrom(url: string, database: PlantDatabase, options: Partial<PullOptions> = {}) {
  return await pull({
    source: askFor(url),
    database,
    clock,
    random,
    runId: "6f1f0f0e-0000-4000-8000-000000000001",
    defaultUtcOffsetMinutes: 0,
    maxRejected: 0.1,
    maxFailed: 0.5,
    deadlineMs: 30_000,
    signal: new AbortController().signal,
    observer: () => {},
    onRetry: () => {},
    ...options,
  });
}

describe("pull", () => {
  test("loads the plants of the roster from the API, and reports events", async () => {
    const { url } = await startMuseum();
    const database = await openMemory();
    const events: EtlEvent["type"][] = [];
    const report = await pullFrom(url, database, { observer: ({ type }) => events.push(type) });
    expect(report).toMatchObject({ requested: 3, loaded: 3, complete: true });
    expect(events).toEqual(expect.arrayContaining(["run-started", "response-received", "run-finished"]));
    const rows = await database.db
      .selectFrom("plant_reading")
      .select("plant_id")
      .orderBy("plant_id")
      .execute();
    expect(rows.map(({ plant_id }) => plant_id)).toEqual([1, 2, 3]);
    expect(await database.db.selectFrom("etl_run").select("run_id").execute()).toEqual([
      { run_id: report.runId },
    ]);
  });

  test("reads times without a zone with the default offset", async () => {
    const { url } = await startMuseum({ now: () => Date.UTC(2026, 0, 28, 12), apiVersion: "v0" });
    const takenWith = async (defaultUtcOffsetMinutes: number) => {
      const database = await openMemory();
      await pullFrom(url, database, { defaultUtcOffsetMinutes });
      const { recording_taken } = await database.db
        .selectFrom("plant_reading")
        .select("recording_taken")
        .where("plant_id", "=", 1)
        .executeTakeFirstOrThrow();
      return Date.parse(`${recording_taken}`);
    };
    expect((await takenWith(0)) - (await takenWith(60))).toBe(3_600_000);
  });

  test("writes the run to the run log with outcome, reason and exit code", async () => {
    const museum = await startMuseum();
    const { url } = museum;
    const database = await openMemory();
    await pullFrom(url, database);
    await museum.close();
    const report = await pullFrom(url, database, { runId: "6f1f0f0e-0000-4000-8000-000000000002" });
    expect(report).toMatchObject({ outcome: "failed", reason: "no_response", exitCode: 75, complete: false });
    const broken: PlantSource = {
      async *responses() {
        yield* [];
        throw new PlantSchemaError("DATABASE_FULL", "retry", "no room");
      },
    };
    const breaking = pullFrom(url, database, {
      source: broken,
      runId: "6f1f0f0e-0000-4000-8000-000000000003",
    });
    await expect(breaking).rejects.toThrow("no room");
    const rows = await database.db
      .selectFrom("etl_run")
      .select(["state", "outcome", "reason", "exit_code"])
      .orderBy("run_id")
      .execute();
    expect(rows).toEqual([
      { state: "complete", outcome: "ok", reason: null, exit_code: 0 },
      { state: "failed", outcome: "failed", reason: "no_response", exit_code: 75 },
      { state: "failed", outcome: "failed", reason: "DATABASE_FULL", exit_code: 75 },
    ]);
  });

  test("loads what it has at its deadline", async () => {
    const { url } = await startMuseum({ script: { 2: { kind: "hang" } } });
    const report = await pullFrom(url, await openMemory(), { deadlineMs: 1_000 });
    expect(report).toMatchObject({ loaded: 2, failed: 1, complete: false });
  });

  test("retries transient errors of the database, and reports each retry", async () => {
    const server = await startFakeTdsServer({
      // After prelogin, login and the first batch, which are the connection that is opened at once.
      response: (_kind, number) => (number > 3 ? "end" : undefined),
    });
    onTestFinished(() => server.close());
    const database = await openMssql({
      host: "127.0.0.1",
      port: server.port,
      user: "etl",
      password: "x",
      database: "plants",
      encrypt: false,
    });
    onTestFinished(() => database.close());
    const { url } = await startMuseum();
    const told: unknown[] = [];
    const pulled = pullFrom(url, database, {
      clock: { now: clock.now, sleep: async () => {} },
      deadlineMs: undefined,
      onRetry: (error, waitMs) => told.push([error, waitMs]),
    });
    await expect(pulled).rejects.toMatchObject({ recovery: "retry" });
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]).toEqual([expect.objectContaining({ recovery: "retry" }), 100]);
  });
});

test("pull deletes old runs from the run log with runLogRetention", async () => {
  const { url } = await startMuseum();
  const database = await openMemory();
  await database.db
    .insertInto("etl_run")
    .values({ run_id: "old", started_at: "2020-01-01T00:00:00.000Z", state: "complete" })
    .execute();
  await pullFrom(url, database, { runLogRetention: 90 * 24 * 3_600_000 });
  const runs = await database.db.selectFrom("etl_run").select("run_id").execute();
  expect(runs).toEqual([{ run_id: "6f1f0f0e-0000-4000-8000-000000000001" }]);
});
