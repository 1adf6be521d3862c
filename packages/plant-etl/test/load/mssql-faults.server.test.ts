import { isTransient, migrate, type PlantDatabase } from "@lmnh/plant-schema";
import { type OpenMssqlOptions, openMssql } from "@lmnh/plant-schema/mssql";
import { type Fault, startTdsProxy, type TdsProxy } from "@lmnh/testing/sql-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { runEtl } from "../../src/run-etl.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { emptyTables } from "../support/empty-tables.js";
import { fakeClock } from "../support/fake-clock.js";
import { frozenSource } from "../support/frozen-source.js";
import { describeOnMssql } from "../support/mssql-store.js";

/** For connections that hang. Long, because a busy server may take seconds to plan a statement for the first time. */
const limitsOfHangs = { requestTimeoutMs: 30_000 };

/** The messages of a run: connection, migrations, start, load, end. */
const ofConnection = 3;
const ofRun = { start: 2, load: 3, end: 4 };

const longAgo = "2020-01-01T00:00:00.000Z";

describeOnMssql("runEtl over a connection with faults", (getDatabase) => {
  let proxy: TdsProxy;
  beforeAll(async () => {
    proxy = await startTdsProxy(getDatabase().url);
  });
  afterAll(() => proxy?.close());
  beforeEach(() => emptyTables(getDatabase().database.db));

  const clock = fakeClock();
  const retry = { clock, random: Math.random };

  const runOn = (database: PlantDatabase, runId: string) =>
    runEtl({
      source: frozenSource(),
      transform: lmnhTransform(),
      store: sqlPlantStore(database),
      clock,
      runId,
    });

  /** What a program does in a run, from the first byte to the last. */
  async function runOnce(runId: string, limits: OpenMssqlOptions = {}) {
    const database = await openMssql(proxy.url, limits);
    try {
      await migrate(database);
      return await runOn(database, runId);
    } finally {
      await database.close();
    }
  }

  const stored = async () => {
    const { runs: _runs, ...state } = await readStoredState(getDatabase().database);
    return state;
  };

  /** A run with retries over a connection with a fault, and the stored state. */
  async function runOver(fault: Fault, number: number, limits: OpenMssqlOptions = {}) {
    await emptyTables(getDatabase().database.db);
    proxy.begin();
    const database = await openMssql(proxy.url, limits);
    await migrate(database);
    proxy.begin((nth) => (nth === number ? fault : undefined));
    const store = sqlPlantStore({ ...database, retry });
    const report = await runEtl({
      source: frozenSource(),
      transform: lmnhTransform(),
      store,
      clock,
      runId: `run-${number}`,
    });
    await database.close();
    expect(report).toMatchObject({ requested: 51, loaded: 48, duplicates: 0, rejected: 1, complete: true });
    const { readings, runs } = await readStoredState(getDatabase().database);
    expect(readings).toHaveLength(48);
    expect(runs).toEqual([
      { runId: `run-${number}`, state: "complete", outcome: "ok", reason: null, exitCode: null, report },
    ]);
  }

  describe.each<Fault>(["disconnect", "disconnectResponse"])("%s", (fault) => {
    test("at every message in turn, stores all or nothing, and the next run is complete", async () => {
      await runOn(getDatabase().database, "undisturbed");
      const complete = await stored();
      expect(complete.readings).toHaveLength(48);

      let number = 0;
      do {
        number += 1;
        await emptyTables(getDatabase().database.db);
        proxy.begin((nth) => (nth === number ? fault : undefined));
        const disturbed = await runOnce(`disturbed-${number}`).then(
          () => null,
          (error: unknown) => error,
        );
        // A run that ends with an error writes to the run log over another connection, which can succeed.
        if (proxy.messages.length >= number) expect(isTransient(disturbed), String(disturbed)).toBe(true);
        expect([0, 48]).toContain((await stored()).readings.length);

        await runOn(getDatabase().database, `next-${number}`);
        expect(await stored()).toEqual(complete);
      } while (proxy.messages.length >= number);
      expect(number).toBeGreaterThan(ofConnection + ofRun.end);
    });

    test("at every message in turn, does not affect a run with retries", async () => {
      let number = 0;
      do {
        number += 1;
        await runOver(fault, number);
      } while (proxy.messages.length >= number);
      expect(number).toBeGreaterThan(ofRun.end - 1);
    });

    test("at the end of a run, adds each deleted run to pruned_run_total once", async () => {
      const { db } = getDatabase().database;
      const keptLoaded = async () => {
        const { loaded } = await db.selectFrom("pruned_run_total").select("loaded").executeTakeFirstOrThrow();
        return Number(loaded);
      };
      await db
        .insertInto("etl_run")
        .values(["a", "b"].map((run_id) => ({ run_id, started_at: longAgo, state: "complete", loaded: 10 })))
        .execute();
      const before = await keptLoaded();
      proxy.begin();
      const database = await openMssql(proxy.url);
      await migrate(database);
      proxy.begin((nth) => (nth === ofRun.end - 1 ? fault : undefined));
      await runEtl({
        source: frozenSource(),
        transform: lmnhTransform(),
        store: sqlPlantStore({ ...database, retry, runLogRetentionMs: 24 * 3_600_000 }),
        clock,
        runId: "run",
      });
      await database.close();
      expect(proxy.messages.length).toBeGreaterThan(ofRun.end - 1);
      expect((await readStoredState(getDatabase().database)).runs.map(({ runId }) => runId)).toEqual(["run"]);
      expect(await keptLoaded()).toBe(before + 20);
    });
  });

  describe.each<Fault>(["hang", "hangResponse"])("%s", (fault) => {
    test("at the load, ends the run, and the next one is complete", async () => {
      proxy.begin((nth) => (nth === ofConnection + ofRun.load ? fault : undefined));
      await expect(runOnce("disturbed", limitsOfHangs)).rejects.toMatchObject({
        code: "CONNECTION_LOST",
        recovery: "retry",
      });
      await runOn(getDatabase().database, "next");
      expect((await stored()).readings).toHaveLength(48);
    });

    test("at the load, does not affect a run with retries", async () => {
      await runOver(fault, ofRun.load - 1, limitsOfHangs);
    });
  });

  test("completes over a slow connection", async () => {
    proxy.begin(() => 20);
    expect(await runOnce("slow")).toMatchObject({ loaded: 48, complete: true });
  });

  test("ends with a retryable error after the time-out if the server is gone", async () => {
    proxy.begin();
    const database = await openMssql(proxy.url, limitsOfHangs);
    const store = sqlPlantStore({ ...database, retry: { ...retry, signal: AbortSignal.timeout(300) } });
    proxy.begin(() => "hang");
    const source = frozenSource();
    await expect(
      runEtl({ source, transform: lmnhTransform(), store, clock, runId: "gone" }),
    ).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      recovery: "retry",
    });
    await database.close();
  });
});
