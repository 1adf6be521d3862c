import { describe, expect, test } from "vitest";
import { noFlags } from "../../count-flags.js";
import type { Report } from "../../report.js";
import { run, type Under } from "./fixtures.js";

const running = {
  runId: run.runId,
  state: "running",
  outcome: null,
  reason: null,
  exitCode: null,
  report: null,
};

const reportOfOne: Report = {
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
  failures: [{ code: "timeout", count: 1, plants: "3", message: "no complete response within 10000 ms" }],
  unknownKeys: [],
  unknownKeysOmitted: 0,
};

export function describeRunLog(under: Under): void {
  describe("run log", () => {
    test("beginRun and finishRun add the run and its report to the run log", async () => {
      expect((await under().state()).runs).toEqual([running]);
      const report = reportOfOne;
      await under().store.finishRun(report);
      const ended = { runId: run.runId, outcome: "degraded", reason: "all_stale", exitCode: 65 };
      expect((await under().state()).runs).toEqual([{ ...ended, state: "complete", report }]);
      const cutShort: Report = { ...report, reason: "deadline", exitCode: 75, complete: false };
      await under().store.finishRun(cutShort);
      expect((await under().state()).runs).toMatchObject([{ state: "incomplete", reason: "deadline" }]);
      const failed: Report = { ...cutShort, outcome: "failed", reason: "no_response" };
      await under().store.finishRun(failed);
      expect((await under().state()).runs).toMatchObject([
        { state: "failed", outcome: "failed", exitCode: 75 },
      ]);
      const good: Report = { ...report, outcome: "ok", reason: null, exitCode: null };
      await under().store.finishRun(good);
      expect((await under().state()).runs).toMatchObject([
        { state: "complete", outcome: "ok", reason: null, exitCode: null },
      ]);
    });

    test("beginRun is idempotent", async () => {
      await under().store.beginRun(run);
      expect((await under().state()).runs).toEqual([running]);
    });

    test("failRun sets the state to failed, with the code of the error", async () => {
      const failure = { failedAt: "2026-01-28T12:00:09.000Z", reason: "ROW_REJECTED", exitCode: 65 };
      await under().store.failRun(run, failure);
      expect((await under().state()).runs).toEqual([
        { ...running, state: "failed", outcome: "failed", reason: "ROW_REJECTED", exitCode: 65 },
      ]);
    });

    test("beginRun marks runs of more than 25 hours as abandoned; finishRun overwrites that", async () => {
      const soon = { runId: "8b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11", startedAt: "2026-01-29T13:00:00.000Z" };
      await under().store.beginRun(soon);
      expect((await under().state()).runs).toEqual([running, { ...running, runId: soon.runId }]);
      const later = { runId: "9b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11", startedAt: "2026-01-29T13:00:00.001Z" };
      await under().store.beginRun(later);
      expect((await under().state()).runs).toEqual([
        { ...running, state: "failed", outcome: "failed", reason: "abandoned" },
        { ...running, runId: soon.runId },
        { ...running, runId: later.runId },
      ]);
      await under().store.finishRun(reportOfOne);
      expect((await under().state()).runs[0]).toEqual({
        runId: run.runId,
        state: "complete",
        outcome: "degraded",
        reason: "all_stale",
        exitCode: 65,
        report: reportOfOne,
      });
    });
  });
}
