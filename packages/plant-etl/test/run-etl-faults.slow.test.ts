import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator, type Fault } from "@lmnh/museum-simulator";
import type { Clock } from "@lmnh/plant-schema";
import { expect, test } from "vitest";
import { httpPlantSource } from "../src/extract/http-plant-source.js";
import { runEtl } from "../src/run-etl.js";
import { lmnhTransform } from "../src/transform/lmnh-transform.js";
import { openSqliteStore } from "./support/sqlite-store.js";

const noon = Date.parse("2026-01-28T12:00:00.000Z");
const clock: Clock = {
  now: Date.now,
  sleep: async (ms, signal) => sleep(ms, undefined, signal && { signal }),
};

test("runEtl: a fault of any kind affects one plant only", async () => {
  const elsewhere = await createSimulator({ now: () => noon });
  const bad: Record<number, Fault> = {
    1: { kind: "htmlError" },
    2: { kind: "hang" },
    3: { kind: "reset" },
    4: { kind: "truncated" },
    5: { kind: "wrongTypes" },
    6: { kind: "nullBody" },
    8: { kind: "arrayBody" },
    9: { kind: "hugeBody" },
    10: { kind: "slowDrip" },
    11: { kind: "redirect", location: `${elsewhere.url}/11` },
    12: { kind: "tooManyRequests" },
    13: { kind: "truncatedJson" },
    14: { kind: "notJson" },
    15: { kind: "wrongPlantId" },
    16: { kind: "redirectSelf" },
    17: { kind: "serverError" },
    18: { kind: "sensorFault" },
  };
  const simulator = await createSimulator({
    now: () => noon,
    script: bad,
    faultRate: 0,
    latencyMs: [0, 5],
    maxConcurrent: Number.POSITIVE_INFINITY,
  });
  const under = await openSqliteStore();
  const memoryBefore = process.memoryUsage().rss;
  try {
    const deadlineMs = 120_000;
    const source = httpPlantSource({
      baseUrl: simulator.url,
      roster: { kind: "list", ranges: [[1, 50]] },
      clock,
      random: Math.random,
      requestTimeoutMs: 2_000,
      retry: { attempts: 3, baseDelayMs: 20, maxRetryAfterMs: 1000 },
    });
    const report = await runEtl({
      source,
      transform: lmnhTransform(),
      store: under.store,
      clock,
      runId: "bad-day",
      deadlineMs,
      thresholds: { maxRejected: 0.2 },
    });

    expect(report.durationMs).toBeLessThan(deadlineMs);
    expect(report).toMatchObject({
      requested: 50,
      loaded: 31,
      duplicates: 0,
      // Of the fifty, 7 does not exist and 43 is on loan.
      notices: { notFound: 1, onLoan: 1, sensorFault: 1 },
      rejected: 7,
      failed: 9,
      // The simulator stands at a time that is long past.
      outcome: "degraded",
      reason: "all_stale",
      complete: true,
    });
    const reasons = report.failures.map(({ code, plants, message }) => `${plants} ${code}: ${message}`);
    expect(reasons.sort()).toEqual([
      expect.stringMatching(/^1 status: HTTP status 503 /),
      expect.stringMatching(/^11 redirect: .*another origin/),
      expect.stringMatching(/^12 status: HTTP status 429 /),
      expect.stringMatching(/^16 redirect: more than 3/),
      expect.stringMatching(/^17 status: HTTP status 500 /),
      expect.stringMatching(/^2,10 timeout: /),
      expect.stringMatching(/^3-4 network: /),
    ]);

    const { readings, rejections } = await under.state();
    expect(readings).toHaveLength(31);
    expect(readings.every(({ plantId }) => !(plantId in bad))).toBe(true);
    expect(rejections.map(({ plantId }) => plantId)).toEqual([5, 6, 8, 9, 13, 14, 15]);
    expect(elsewhere.requests().count).toBe(0);
    // The huge body alone is 256 MiB.
    expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(128 * 1024 * 1024);
  } finally {
    await Promise.all([under.close(), simulator.close(), elsewhere.close()]);
  }
});
