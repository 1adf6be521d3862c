import type { StatusFacts } from "@lmnh/plant-runtime";
import { createMssqlDatabase } from "@lmnh/testing/sql-server";
import { describe, expect, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { hourMs, minuteMs, sleep, sleepShortly } from "../support/pipeline.js";
import { plant } from "../support/plant.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;
const nowMs = Date.parse("2026-03-01T12:30:00.000Z");

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  test("plant status has the facts of SQLite after the same runs, rejections, alerts and archive runs", async () => {
    const made = await createMssqlDatabase(serverUrl ?? "");
    try {
      const facts = await readFacts(made.url);
      expect(facts).toEqual(await readFacts("sqlite:plants.db"));
      expect(facts).toMatchObject({
        runs: {
          facts: {
            lastOk: { startedMs: nowMs, loaded: 4 },
            lastNotOk: { reason: "no_response" },
            failure: expect.stringContaining("ECONNREFUSED"),
            day: { runs: 9, loaded: 32 },
          },
        },
        readings: { facts: { newestMs: nowMs } },
        plants: { facts: { known: 5, quiet: [{ plantId: 5, lastReadingMs: nowMs - 3 * hourMs }] } },
        rejections: { facts: { byPlant: [{ plantId: 3, readings: 1, ofDay: 1 }] } },
        alerts: {
          facts: { firing: [{ rule: "silent", alerts: 1 }], plants: 1, lastDelivery: { notifier: "log" } },
        },
        catalog: { facts: { files: 2, rows: 10, lastHour: "2026-03-01T09" } },
        store: { facts: { compared: 2, wrong: [], hasId: true } },
      });
    } finally {
      await made.drop();
    }
  });
});

/** The facts after two archived hours of plants 1 to 5, and runs without plant 5, one with a rejected response, one failed. */
async function readFacts(database: string): Promise<Partial<StatusFacts>> {
  const cwd = makeFolder();
  const at = async (ms: number, line: string, code = 0) => {
    const ended = await plant(line.split(" "), {
      cwd,
      env: { PLANT_DATABASE: database },
      host: { clock: { now: () => ms, sleep: line.startsWith("run ") ? sleepShortly : sleep } },
    });
    expect(ended.code, `${line}: ${ended.stderr}`).toBe(code);
    return ended.stdout;
  };
  const run = async (ms: number, plants: string, api: string, code = 0) => {
    const time = new Date(ms).toISOString();
    await at(ms, `run --quiet --api ${api} --plants ${plants} --at ${time}`, code);
  };
  const museum = await startMuseum({ now: () => 0, anomalies: false });
  const runWell = async (ms: number, plants: string) => {
    museum.setTime(ms);
    await run(ms, plants, museum.url);
  };
  await runWell(nowMs - 30 * hourMs, "1-5");
  await runWell(nowMs - 3 * hourMs, "1-5");
  await at(nowMs - hourMs, "archive --quiet");
  const rejectedMs = nowMs - 7 * minuteMs;
  const rejected = await startMuseum({
    now: () => rejectedMs,
    anomalies: false,
    script: { 3: { kind: "notJson" } },
  });
  await run(rejectedMs, "1-4", rejected.url, 65);
  await run(nowMs - 6 * minuteMs, "1-4", `http://127.0.0.1:${await closedPort()}/api/plants`, 75);
  for (let minute = 5; minute >= 0; minute--) await runWell(nowMs - minute * minuteMs, "1-4");
  await at(nowMs + 1_000, "alert");
  const status = await at(nowMs + 10_000, "status --json", 65);
  const { facts } = JSON.parse(status, (key, value) =>
    // Names, sizes and places differ.
    ["runId", "name", "bytes", "disks"].includes(key) ? undefined : value,
  ) as { readonly facts: StatusFacts };
  const { databaseFiles: _, ...compared } = facts;
  return compared;
}
