import { isTransient, migrate, type PlantDatabase } from "@lmnh/plant-schema";
import { type OpenMssqlOptions, openMssql } from "@lmnh/plant-schema/mssql";
import { type Fault, startTdsProxy, type TdsProxy } from "@lmnh/plant-schema/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { runEtl } from "../../src/run-etl.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { emptyTables } from "../support/empty-tables.js";
import { fakeClock } from "../support/fake-clock.js";
import { frozenSource } from "../support/frozen-source.js";
import { describeOnMssql } from "../support/mssql-store.js";

/** For connections that hang. Long, because a busy server may take seconds to plan a statement for the first time. */
const limitsOfHangs = { requestTimeoutMs: 30_000 };

/** The messages of a run: connection, migrations, start, load, end. */
const ofConnection = 3;
const ofRun = { start: 2, load: 3, end: 4 };

describeOnMssql("a run over a connection that breaks", (getDatabase) => {
  let proxy: TdsProxy;
  beforeAll(async () => {
    proxy = await startTdsProxy(getDatabase().url);
  });
  afterAll(() => proxy?.close());
  beforeEach(() => emptyTables(getDatabase().database.db));

  const clock = fakeClock();
  const retry = { clock, random: Math.random };

  const runOn = (database: PlantDatabase, runId: string) =>
    runEtl({ source: frozenSource(), store: sqlPlantStore(database), clock, runId });

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

  /** A run that tries again, over a connection that breaks after it was made, and what it leaves. */
  async function runOver(fault: Fault, number: number, limits: OpenMssqlOptions = {}) {
    await emptyTables(getDatabase().database.db);
    proxy.begin();
    const database = await openMssql(proxy.url, limits);
    await migrate(database);
    proxy.begin((nth) => (nth === number ? fault : undefined));
    const store = sqlPlantStore({ ...database, retry });
    const report = await runEtl({ source: frozenSource(), store, clock, runId: `run-${number}` });
    await database.close();
    expect(report).toMatchObject({ requested: 51, loaded: 48, duplicates: 0, rejected: 1, complete: true });
    const { readings, runs } = await readStoredState(getDatabase().database);
    expect(readings).toHaveLength(48);
    expect(runs).toEqual([
      { runId: `run-${number}`, state: "complete", outcome: "ok", reason: null, exitCode: null, report },
    ]);
  }

  describe.each<Fault>(["disconnect", "disconnectResponse"])("%s", (fault) => {
    test("at every message in turn, leaves all or nothing, and the next run is whole", async () => {
      await runOn(getDatabase().database, "undisturbed");
      const whole = await stored();
      expect(whole.readings).toHaveLength(48);

      let number = 0;
      do {
        number += 1;
        await emptyTables(getDatabase().database.db);
        proxy.begin((nth) => (nth === number ? fault : undefined));
        const disturbed = await runOnce(`disturbed-${number}`).then(
          () => null,
          (error: unknown) => error,
        );
        // A run that an error has ended says so in the ledger, by another connection; that may go well.
        if (proxy.messages.length >= number) expect(isTransient(disturbed), String(disturbed)).toBe(true);
        expect([0, 48]).toContain((await stored()).readings.length);

        await runOn(getDatabase().database, `next-${number}`);
        expect(await stored()).toEqual(whole);
      } while (proxy.messages.length >= number);
      expect(number).toBeGreaterThan(ofConnection + ofRun.end);
    });

    test("at every message in turn, is not noticed by a run that tries again", async () => {
      let number = 0;
      do {
        number += 1;
        await runOver(fault, number);
      } while (proxy.messages.length >= number);
      expect(number).toBeGreaterThan(ofRun.end - 1);
    });
  });

  describe.each<Fault>(["hang", "hangResponse"])("%s", (fault) => {
    test("at the load, ends the run, and the next one is whole", async () => {
      proxy.begin((nth) => (nth === ofConnection + ofRun.load ? fault : undefined));
      await expect(runOnce("disturbed", limitsOfHangs)).rejects.toMatchObject({
        code: "CONNECTION_LOST",
        recovery: "retry",
      });
      await runOn(getDatabase().database, "next");
      expect((await stored()).readings).toHaveLength(48);
    });

    test("at the load, is not noticed by a run that tries again", async () => {
      await runOver(fault, ofRun.load - 1, limitsOfHangs);
    });
  });

  test("slow in both directions is only slow", async () => {
    proxy.begin(() => 20);
    expect(await runOnce("slow")).toMatchObject({ loaded: 48, complete: true });
  });

  test("gone for good ends with an error that says to try again, when the time for it is over", async () => {
    proxy.begin();
    const database = await openMssql(proxy.url, limitsOfHangs);
    const store = sqlPlantStore({ ...database, retry: { ...retry, signal: AbortSignal.timeout(300) } });
    proxy.begin(() => "hang");
    const source = frozenSource();
    await expect(runEtl({ source, store, clock, runId: "gone" })).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      recovery: "retry",
    });
    await database.close();
  });
});
