import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fc } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import type { Report } from "../src/report.js";
import { hostileResponse } from "./support/hostile-responses.js";
import { runResponses } from "./support/run-responses.js";

/** PLANT_TEST_HOSTILE_RESPONSES raises the number of the default sample. */
const totalResponses = Number(process.env.PLANT_TEST_HOSTILE_RESPONSES ?? 5000);
const responsesPerRun = 50;
/** Ends a test that hangs: a million responses take some five minutes. */
const timeoutMs = Math.max(300_000, totalResponses * 20);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of the heap in use after a garbage collection. */
function usedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function expectBounded(report: Report): void {
  expect(JSON.stringify(report).length).toBeLessThan(20_000);
}

const sumOf = ({ loaded, duplicates, conflicts, notices, rejected, failed }: Report) =>
  loaded +
  duplicates +
  conflicts +
  notices.notFound +
  notices.onLoan +
  notices.sensorFault +
  rejected +
  failed;

test(
  `none of ${totalResponses} hostile responses makes runEtl throw, each is counted once, and memory use stays constant`,
  async () => {
    const runs = Math.ceil(totalResponses / responsesPerRun);
    let done = 0;
    let earlyBytes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileResponse, { minLength: responsesPerRun, maxLength: responsesPerRun }),
        async (responses) => {
          const store = memoryPlantStore();
          const report = await runResponses(responses, store);
          const { readings, rejections } = store.state();
          expect(sumOf(report)).toBe(responses.length);
          expect(report.loaded).toBe(readings.length);
          expectBounded(report);
          expect(Math.max(0, ...rejections.map(({ issues }) => issues.length))).toBeLessThan(20_000);
          if (++done === Math.ceil(runs / 4)) earlyBytes = usedBytes();
        },
      ),
      { numRuns: runs },
    );
    expect(done).toBe(runs);
    expect(usedBytes() - earlyBytes).toBeLessThan(50 * 1_048_576);
  },
  timeoutMs,
);
