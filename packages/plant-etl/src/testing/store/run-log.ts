import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { noFlags } from "../../count-flags.js";
import type { Report } from "../../report.js";
import { run, type Suite } from "./fixtures.js";

const running = {
  runId: run.runId,
  state: "running",
  outcome: null,
  reason: null,
  exitCode: null,
  report: null,
};

export const reportOfOne: Report = {
  ...run,
  finishedAt: "2026-01-28T12:00:09.000Z",
  durationMs: 9000,
  requested: 3,
  loaded: 1,
  duplicates: 0,
  conflicts: 0,
  flagged: 0,
  flags: noFlags,
  notices: { notFound: 1, onLoan: 0, sensorFault: 0 },
  rejected: 0,
  failed: 1,
  invalidDetails: 0,
  medianAgeMs: 30_500,
  outcome: "degraded",
  reason: "all_stale",
  exitCode: 65,
  complete: true,
  stoppedBy: null,
  sourceEnded: true,
  failures: [{ code: "timeout", count: 1, plants: "3", message: "no complete response within 10000 ms" }],
  unknownKeys: [],
  unknownKeysOmitted: 0,
};

export function describeRunLog(suite: Suite): void {
  suite.describe("run log", () => {
    suite.test("beginRun and finishRun add the run and its report to the run log", async (under) => {
      assertEqual((await under.state()).runs, [running]);
      const report = reportOfOne;
      await under.store.finishRun(report);
      const ended = { runId: run.runId, outcome: "degraded", reason: "all_stale", exitCode: 65 };
      assertEqual((await under.state()).runs, [{ ...ended, state: "complete", report }]);
      const cutShort: Report = { ...report, reason: "deadline", exitCode: 75, complete: false };
      await under.store.finishRun(cutShort);
      assertMatches((await under.state()).runs, [{ state: "incomplete", reason: "deadline" }]);
      const failed: Report = { ...cutShort, outcome: "failed", reason: "no_response" };
      await under.store.finishRun(failed);
      assertMatches((await under.state()).runs, [{ state: "failed", outcome: "failed", exitCode: 75 }]);
      const good: Report = { ...report, outcome: "ok", reason: null, exitCode: null };
      await under.store.finishRun(good);
      assertMatches((await under.state()).runs, [
        { state: "complete", outcome: "ok", reason: null, exitCode: null },
      ]);
    });

    suite.test("beginRun is idempotent", async (under) => {
      await under.store.beginRun(run);
      assertEqual((await under.state()).runs, [running]);
    });

    suite.test("failRun sets the state to failed, with the code of the error", async (under) => {
      const failure = { failedAt: "2026-01-28T12:00:09.000Z", reason: "ROW_REJECTED", exitCode: 65 };
      await under.store.failRun(run, failure);
      assertEqual((await under.state()).runs, [
        { ...running, state: "failed", outcome: "failed", reason: "ROW_REJECTED", exitCode: 65 },
      ]);
    });

    suite.test(
      "beginRun marks runs of more than 25 hours as abandoned; finishRun overwrites that",
      async (under) => {
        const soon = { runId: "8b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11", startedAt: "2026-01-29T13:00:00.000Z" };
        await under.store.beginRun(soon);
        assertEqual((await under.state()).runs, [running, { ...running, runId: soon.runId }]);
        const later = {
          runId: "9b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11",
          startedAt: "2026-01-29T13:00:00.001Z",
        };
        await under.store.beginRun(later);
        assertEqual((await under.state()).runs, [
          { ...running, state: "failed", outcome: "failed", reason: "abandoned" },
          { ...running, runId: soon.runId },
          { ...running, runId: later.runId },
        ]);
        await under.store.finishRun(reportOfOne);
        assertEqual((await under.state()).runs[0], {
          runId: run.runId,
          state: "complete",
          outcome: "degraded",
          reason: "all_stale",
          exitCode: 65,
          report: reportOfOne,
        });
      },
    );
  });
}
