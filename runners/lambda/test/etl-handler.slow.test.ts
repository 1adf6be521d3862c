import type { Report } from "@lmnh/plant-etl";
import { describe, expect, inject, test, vi } from "vitest";
import contract from "../../../terraform/contract.json" with { type: "json" };
import {
  countIn,
  emptyDatabase,
  migrateDatabase,
  migratedDatabase,
  plant,
  rowsIn,
} from "./support/folders.js";
import { startLambda } from "./support/lambda.js";
import { logsIn, metricsIn } from "./support/metrics.js";
import { startMuseum } from "./support/museum.js";

const start = (database: string, api: string, more: Readonly<Record<string, string>> = {}) =>
  startLambda(inject("sqliteBundles"), "etl", {
    PLANT_DATABASE: database,
    PLANT_API_URL: api,
    PLANT_PLANTS: "1-50",
    ...more,
  });

/** What of a report does not tell one run from another. */
function alike({
  runId: _,
  startedAt: _s,
  finishedAt: _f,
  durationMs: _d,
  medianAgeMs: _a,
  ...report
}: Report) {
  return report;
}

describe("the ETL handler in AWS's runtime client", () => {
  test("returns the report of the command line, and stores the same rows", async () => {
    const museum = await startMuseum({ script: { 3: { kind: "wrongTypes" }, 4: { kind: "sensorFault" } } });
    const [own, other] = [await migratedDatabase(), await migratedDatabase()];
    // One after another, so that numbers are given in the same order.
    const lambda = await start(own, museum.url, { PLANT_CONCURRENCY: "1" });
    const { report, error } = await lambda.invoke<Report>({});
    expect(error).toBeUndefined();
    const reported = await plant<Report>([
      ...["run", "--api", museum.url, "--plants", "1-50", "--concurrency", "1", "--database", other],
    ]);
    expect(alike(report)).toEqual(alike(reported));
    expect(report).toMatchObject({ requested: 50, rejected: 1, complete: true });
    for (const table of ["plant", "plant_reading", "origin", "botanist"])
      expect(rows(own, table), table).toEqual(rows(other, table));
  });

  test("loads the same in a warm process as in a cold one, as duplicates", async () => {
    const museum = await startMuseum();
    const database = await migratedDatabase();
    const lambda = await start(database, museum.url);
    const cold = await lambda.invoke<Report>({ source: "aws.events", "detail-type": "Scheduled Event" });
    const warm = await lambda.invoke<Report>(null);
    expect(cold.report).toMatchObject({ loaded: 48, duplicates: 0 });
    expect(warm.report).toMatchObject({ loaded: 0, duplicates: 48 });
    expect(new Set(logsIn(lambda.lines()).map((line) => line.cold_start))).toEqual(new Set([true, false]));
    expect(countIn(database, "SELECT count(*) FROM etl_run WHERE state = 'complete'")).toBe(2);
  });

  test("stores one row per plant when invoked twice at once, and again", async () => {
    const museum = await startMuseum();
    const database = await migratedDatabase();
    const lambdas = [await start(database, museum.url), await start(database, museum.url)];
    const both = await Promise.all(lambdas.map((lambda) => lambda.invoke<Report>({})));
    expect(both.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(both.reduce((sum, { report }) => sum + report.loaded, 0)).toBe(48);
    await lambdas[0]?.invoke({});
    expect(countIn(database, "SELECT count(*) FROM plant_reading")).toBe(48);
  });

  test("pulls the shard of its event", async () => {
    const museum = await startMuseum();
    const database = await migratedDatabase();
    const lambda = await start(database, museum.url);
    const { report } = await lambda.invoke<Report>({ plants: "20-25" });
    expect(report).toMatchObject({ requested: 6, loaded: 6 });
    expect(countIn(database, "SELECT count(*) FROM plant_reading WHERE plant_id BETWEEN 20 AND 25")).toBe(6);
  });

  test.each([
    [{ plants: "1-" }, /its plants are "1-": must be/],
    [{ plants: 7 }, /its plants is 7: must be text/],
    [{ plant: "1-2" }, /it has "plant": must be \{\} for everything/],
    [{ partition: "2026-01-28T14" }, /it has "partition"/],
    [["1-2"], /it is \["1-2"\]: must be an object/],
  ])("refuses the event %j by what it holds, and takes the next one", async (event, message) => {
    const museum = await startMuseum();
    const lambda = await start(await migratedDatabase(), museum.url);
    const { error } = await lambda.invoke(event);
    expect(error).toMatchObject({
      errorType: "InvocationError",
      errorMessage: expect.stringMatching(message),
    });
    expect((await lambda.invoke<Report>({ plants: "1-3" })).report).toMatchObject({ loaded: 3 });
  });

  test("returns a partial report before its time is over", async () => {
    const museum = await startMuseum({ latencyMs: [1_000, 1_000], maxConcurrent: 4 });
    const database = await migratedDatabase();
    const lambda = await start(database, museum.url);
    // Fifty plants take 12.5 s, of which it has 8.4 s.
    const { report, leftMs } = await lambda.invoke<Report>({}, 15_000);
    expect(report).toMatchObject({ requested: 50, complete: false });
    expect(leftMs).toBeGreaterThan(0);
    expect(report.loaded).toBeGreaterThan(0);
    expect(report.failed).toBeGreaterThan(0);
    expect(countIn(database, "SELECT count(*) FROM plant_reading")).toBe(report.loaded);
    expect(report).toMatchObject({ outcome: "degraded", reason: "deadline", exitCode: 75 });
    expect(metricsIn(lambda.lines())).toMatchObject([
      {
        line: { RunsSucceeded: 0, RunsDegraded: 1, RunsFailed: 0, reason: "deadline", Loaded: report.loaded },
      },
    ]);
  });

  test("fails with the reason if no response comes", async () => {
    const museum = await startMuseum();
    const api = museum.url;
    await museum.close();
    const lambda = await start(await migratedDatabase(), api, { PLANT_PLANTS: "1-2" });
    const { error, report } = await lambda.invoke({});
    expect(report).toBeUndefined();
    expect(error).toMatchObject({
      errorType: "InvocationError",
      errorMessage: expect.stringMatching(/^No response from http.*Check the address \(PLANT_API_URL\)/),
    });
    const codes = { outcome: "failed", reason: "no_response", exitCode: "75" };
    expect(metricsIn(lambda.lines())).toMatchObject([
      { line: { ...codes, RunsSucceeded: 0, RunsDegraded: 0, RunsFailed: 1, Failed: 2 } },
    ]);
  });

  test("fails if the database rejects the run, with the error's code in its metrics", async () => {
    const museum = await startMuseum();
    const lambda = await start(emptyDatabase(), museum.url);
    expect((await lambda.invoke({})).error).toMatchObject({ errorType: "InvocationError" });
    expect(metricsIn(lambda.lines())).toMatchObject([
      { line: { outcome: "failed", reason: expect.stringMatching(/^[A-Z_]+$/), RunsFailed: 1 } },
    ]);
  });

  test("returns a degraded report with the age of the readings if all are old", async () => {
    const museum = await startMuseum({ now: () => Date.now() - 2 * 3_600_000, anomalies: false });
    const lambda = await start(await migratedDatabase(), museum.url);
    const { report, error } = await lambda.invoke<Report>({});
    expect(error).toBeUndefined();
    expect(report).toMatchObject({ outcome: "degraded", reason: "all_stale", exitCode: 65 });
    const [metrics] = metricsIn(lambda.lines());
    expect(metrics?.line).toMatchObject({
      outcome: "degraded",
      RunsSucceeded: 0,
      RunsDegraded: 1,
      RunsFailed: 0,
    });
    expect(metrics?.line.FreshnessLag).toBeGreaterThanOrEqual(7_200);
    expect(metrics?.line.FreshnessLag).toBeLessThan(7_500);
  });

  test("writes no FreshnessLag if all readings are in the future, and is degraded", async () => {
    const museum = await startMuseum({ now: () => Date.now() + 2 * 3_600_000, anomalies: false });
    const lambda = await start(await migratedDatabase(), museum.url);
    const { report } = await lambda.invoke<Report>({});
    expect(report).toMatchObject({ outcome: "degraded", reason: "all_in_future", flags: { futureTime: 48 } });
    expect(metricsIn(lambda.lines())[0]?.names).not.toContain("FreshnessLag");
  });

  test("fails on a database with pending migrations, and does not change it", async () => {
    const museum = await startMuseum();
    const database = emptyDatabase();
    const lambda = await start(database, museum.url);
    const { error } = await lambda.invoke({});
    expect(error?.errorMessage).toMatch(
      /older structure \(pending: 0001_.*As the database's owner: plant migrate/,
    );
    expect(countIn(database, "SELECT count(*) FROM sqlite_schema")).toBe(0);
    await migrateDatabase(database);
    expect((await lambda.invoke<Report>({})).report).toMatchObject({ loaded: 48 });
  });

  test("does not start with invalid settings, and names all of them", async () => {
    const lambda = await start("mssql://u:secret-word@h/d", "ftp://museum", {
      PLANT_CONCURRENCY: "0",
      PLANT_MAX_FAILED: "2",
    });
    const error = await lambda.ready;
    expect(error).toMatchObject({ errorType: "InvocationError" });
    for (const name of ["PLANT_DATABASE", "PLANT_API_URL", "PLANT_CONCURRENCY", "PLANT_MAX_FAILED"])
      expect(error).toMatchObject({ errorMessage: expect.stringContaining(name) });
    expect(await lambda.ended).not.toBe(0);
    expect(lambda.output()).not.toContain("secret-word");
  });

  test("loads the received responses, reports and exits at SIGTERM during a run", async () => {
    const museum = await startMuseum({ latencyMs: [300, 300], maxConcurrent: 4 });
    const database = await migratedDatabase();
    const lambda = await start(database, museum.url);
    const invoking = lambda.invoke<Report>({});
    await vi.waitUntil(() => museum.requests().count >= 20, { timeout: 120_000 });
    lambda.child.kill("SIGTERM");
    const { report } = await invoking;
    expect(report).toMatchObject({ requested: 50, complete: false });
    expect(countIn(database, "SELECT count(*) FROM plant_reading")).toBe(report.loaded);
    expect(await lambda.ended).toBe("SIGTERM");
  });

  test("exits at SIGTERM between two runs", async () => {
    const museum = await startMuseum();
    const lambda = await start(await migratedDatabase(), museum.url);
    await lambda.invoke({});
    lambda.child.kill("SIGTERM");
    expect(await lambda.ended).toBe("SIGTERM");
  });

  test("writes the metrics of contract.json in one line per run, and run and request ids on every other line", async () => {
    const museum = await startMuseum({ script: { 3: { kind: "wrongTypes" } } });
    const lambda = await start(await migratedDatabase(), museum.url);
    const first = await lambda.invoke<Report>({});
    const second = await lambda.invoke<Report>({});
    const metrics = metricsIn(lambda.lines());
    const agreed = [...contract.metrics.etl].sort();
    expect(metrics.map(({ names }) => names)).toEqual([agreed, agreed]);
    expect(metrics[0]).toMatchObject({
      emf: { Namespace: contract.metrics.namespace, Dimensions: [["service"]] },
      line: {
        service: "plant-etl",
        Extracted: 50,
        Loaded: 47,
        Rejected: 1,
        Failed: 0,
        RunsSucceeded: 1,
        outcome: "ok",
      },
    });
    expect(metrics[0]?.line.FreshnessLag).toBeGreaterThanOrEqual(30);
    const logs = logsIn(lambda.lines());
    expect(logs.length).toBeGreaterThan(3);
    const known = [first, second].map(({ requestId, report }) => [requestId, report.runId]);
    for (const line of logs) expect(known).toContainEqual([line.function_request_id, line.run_id]);
  });

  test("warns once of each name that resembles a setting, and runs", async () => {
    const museum = await startMuseum();
    const names = { PLANT_CONCURENCY: "9", PLANT_DEADLINE: "5s", PLANT_FOO: "x" };
    const lambda = await start(await migratedDatabase(), museum.url, names);
    expect((await lambda.invoke<Report>({ plants: "1-3" })).report).toMatchObject({ loaded: 3 });
    await lambda.invoke({ plants: "1-3" });
    const warnings = logsIn(lambda.lines()).filter(({ level }) => level === "WARN");
    expect(warnings.map(({ message }) => message)).toEqual([
      "PLANT_CONCURENCY (environment) is not a setting; did you mean PLANT_CONCURRENCY?",
      "PLANT_DEADLINE (environment) is read by plant only; it has no effect here",
      "PLANT_FOO (environment) is not a setting; it has no effect",
    ]);
  });

  test("logs and returns neither a secret nor a control character", async () => {
    const museum = await startMuseum();
    const api = museum.url.replace("//", "//me:a1hunter2@");
    await museum.close();
    const lambda = await start(await migratedDatabase(), `${api}?sig=a1hunter2`, { PLANT_PLANTS: "1-2" });
    for (const event of [
      {},
      { plants: "\u009b31m\u202e\nforged" },
      { "\u2028\u0085": 1 },
      { plants: "https://h?sig=a1hunter2" },
    ]) {
      const { error } = await lambda.invoke(event);
      expect(error).toMatchObject({ errorType: "InvocationError" });
      expect(JSON.stringify(error)).not.toMatch(/hunter2|[\u0080-\u009f\u202e\u2028]/);
    }
    expect(lambda.output()).not.toMatch(/hunter2|[\u0080-\u009f\u202e\u2028]|^forged/m);
  });

  test("logs only lines of POWERTOOLS_LOG_LEVEL and above", async () => {
    const museum = await startMuseum();
    const lambda = await start(await migratedDatabase(), museum.url, { POWERTOOLS_LOG_LEVEL: "ERROR" });
    await lambda.invoke({});
    expect(logsIn(lambda.lines())).toEqual([]);
    expect(metricsIn(lambda.lines())).toHaveLength(1);
  });
});

const ownColumns = new Set(["plant_reading_id", "run_id", "ingested_at"]);

function rows(database: string, table: string) {
  return (
    rowsIn(database, `SELECT * FROM ${table} ORDER BY 1, 2, 3`)
      .map((row) => Object.entries(row).filter(([name]) => !ownColumns.has(name) && !/_at$/.test(name)))
      // Each response signs the links of its images anew.
      .map((row) => JSON.stringify(row).replace(/\?X-Amz-[^"]*/g, ""))
      .sort()
  );
}
