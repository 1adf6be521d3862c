import type { ArchiveReport, RestoreReport, VerifyReport } from "@lmnh/plant-archive";
import { type OutcomeReason, PlantEtlError, type Report } from "@lmnh/plant-etl";
import { PlantSchemaError } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import { archiveOutcome, restoreOutcome, verifyOutcome } from "../src/archive-outcome.js";
import { exitCodeOfRun, okOutcome, type ReportContext, runOutcome } from "../src/run-outcome.js";

const goodRun: Report = {
  runId: "r",
  startedAt: "2026-03-01T12:00:00.000Z",
  finishedAt: "2026-03-01T12:00:01.000Z",
  durationMs: 1000,
  requested: 50,
  loaded: 50,
  duplicates: 0,
  conflicts: 0,
  flagged: 0,
  flags: { temperatureRange: 0, soilMoistureRange: 0, futureTime: 0, staleTime: 0, wateringTime: 0 },
  notices: { notFound: 0, onLoan: 0, sensorFault: 0 },
  rejected: 0,
  failed: 0,
  invalidDetails: 0,
  medianAgeMs: 30_000,
  outcome: "ok",
  reason: null,
  exitCode: 0,
  complete: true,
  failures: [],
  unknownKeys: [],
  unknownKeysOmitted: 0,
};

const context: ReportContext = {
  maxRejected: 0.1,
  maxFailed: 0.5,
  sourceName: "http://museum",
  runner: "cli",
};

const timeouts = (count: number) => [{ code: "timeout" as const, count, plants: "1-50", message: "slow" }];

/** A report for each reason, with what it says besides. */
const bad: Readonly<Record<OutcomeReason, Partial<Report> & { readonly outcome: Report["outcome"] }>> = {
  no_plants: { outcome: "failed", requested: 0, loaded: 0 },
  no_response: { outcome: "failed", loaded: 0, failed: 50, failures: timeouts(50) },
  all_rejected: { outcome: "failed", loaded: 0, rejected: 50 },
  too_many_rejected: { outcome: "failed", loaded: 44, rejected: 6 },
  too_many_failed: { outcome: "failed", loaded: 24, failed: 26, failures: timeouts(26) },
  stopped: { outcome: "degraded", loaded: 40, failed: 10, complete: false },
  deadline: { outcome: "degraded", loaded: 40, failed: 10, complete: false },
  all_not_found: { outcome: "degraded", loaded: 0, notices: { notFound: 50, onLoan: 0, sensorFault: 0 } },
  no_readings: { outcome: "degraded", loaded: 0, notices: { notFound: 0, onLoan: 0, sensorFault: 50 } },
  all_in_future: { outcome: "degraded", loaded: 9, duplicates: 0 },
  all_stale: { outcome: "degraded", loaded: 1, duplicates: 0 },
  none_current: { outcome: "degraded", loaded: 8, duplicates: 1 },
};

const judge = (reason: OutcomeReason, changed: Partial<Report & ReportContext> = {}) =>
  runOutcome({ ...goodRun, reason, ...bad[reason], ...changed }, { ...context, ...changed });

describe("a run", () => {
  test("that is ok has nothing to add, and exits with 0", () => {
    expect(runOutcome(goodRun, context)).toEqual(okOutcome);
    expect(exitCodeOfRun({ outcome: "ok", reason: null })).toBe(0);
  });

  test.each<[OutcomeReason, exitCode: number, problem: RegExp]>([
    ["no_plants", 65, /^http:\/\/museum has no plants to request\.$/],
    ["no_response", 75, /^No response from http:\/\/museum \(timeout: slow\)\. .*\(--api\).*plant simulate$/],
    ["all_rejected", 65, /^No response from http:\/\/museum could be read: all 50 were rejected/],
    [
      "too_many_rejected",
      65,
      /^6 of 50 responses were rejected, more than the 10% allowed \(--max-rejected\)/,
    ],
    ["too_many_failed", 75, /^26 of 50 plants have no response, more than the 50% allowed \(--max-failed\)/],
    ["stopped", 75, /was stopped: 10 of 50/],
    ["deadline", 75, /by its deadline: 10 of 50 .*with --deadline\.$/],
    ["all_not_found", 65, /^http:\/\/museum has none of the 50 plants\. .*\(--api\) and .*\(--plants\)/],
    ["no_readings", 75, /^None of the 50 plants returned a reading: 50 sensor faults, 0 not found/],
    [
      "all_in_future",
      65,
      /^All 9 readings are in the future: check this machine's clock, .*\(--default-utc-offset\)/,
    ],
    ["all_stale", 65, /^The only reading is more than an hour old: check whether http:\/\/museum still/],
    [
      "none_current",
      65,
      /^All 9 readings are in the future or more than an hour old: check this machine's clock/,
    ],
  ])("that is not ok by %s exits with %d and says what to do", (reason, exitCode, problem) => {
    const { outcome } = bad[reason];
    expect(judge(reason)).toEqual({ outcome, reason, exitCode, problem: expect.stringMatching(problem) });
    expect(exitCodeOfRun({ outcome: outcome === "ok" ? "failed" : outcome, reason })).toBe(exitCode);
  });

  test("that got no response by its deadline says so", () => {
    const failures = [
      { code: "aborted" as const, count: 50, plants: "1-50", message: "the run was stopped" },
    ];
    for (const changed of [{ failures }, { requested: 0, failed: 0, failures: [] }])
      expect(judge("no_response", changed).problem).toMatch(
        /^No response from .* before the deadline\. .*--deadline/,
      );
  });

  test("that an error has ended exits as the error does", () => {
    expect(exitCodeOfRun({ error: new PlantEtlError("ROW_REJECTED", "abort", "no") })).toBe(65);
    expect(exitCodeOfRun({ error: new PlantSchemaError("DATABASE_FULL", "retry", "no room") })).toBe(75);
    expect(exitCodeOfRun({ error: undefined })).toBe(1);
  });

  test("is advised on in the words of whoever ran it", () => {
    const reasons = Object.keys(bad) as OutcomeReason[];
    const said = (runner: ReportContext["runner"]) =>
      reasons.map((reason) => judge(reason, { runner }).problem);
    const ofCli = /(?:^|[\s(])--[a-z]|plant (?:simulate|doctor)|this machine/;
    expect(said("lambda").filter((problem) => ofCli.test(problem ?? ""))).toEqual([]);
    const ofLambda = /PLANT_|the function/;
    expect(said("cli").filter((problem) => ofLambda.test(problem ?? ""))).toEqual([]);
  });
});

const goodArchive: ArchiveReport = {
  runId: "r",
  startedAt: "2026-03-01T12:00:00.000Z",
  finishedAt: "2026-03-01T12:00:01.000Z",
  durationMs: 1000,
  archived: { rows: 10, files: 1, bytes: 1000 },
  pruned: { rows: 0, files: 0 },
  alreadyArchived: { duplicates: 0, conflicts: 0 },
  verified: true,
  quarantined: [],
  problems: [],
  contended: 0,
  partitions: [],
  summarized: [],
  complete: true,
};

describe("an archive run", () => {
  test("is good when every file is what it should be and nothing is left", () => {
    expect(archiveOutcome(goodArchive)).toEqual(okOutcome);
  });

  test("that set files aside is refused, and says the first reason and how many more there are", () => {
    const damaged = { key: "a", reason: "a is damaged" };
    const other = { key: "b", reason: "b is odd" };
    expect(archiveOutcome({ ...goodArchive, quarantined: [damaged], problems: [other] })).toMatchObject({
      outcome: "failed",
      reason: "quarantined",
      exitCode: 65,
      problem: expect.stringMatching(
        /^A file differs from what was written: a is damaged \(and 1 more\)\. .*nothing was deleted/,
      ),
    });
    expect(archiveOutcome({ ...goodArchive, problems: [other] })).toEqual({
      outcome: "failed",
      reason: "problems",
      exitCode: 65,
      problem: "b is odd",
    });
  });

  test("is told of in sentences with one full stop, whether the reason has one or not", () => {
    const problems = [{ key: "a", reason: "a is damaged. Compare it with a backup." }];
    expect(archiveOutcome({ ...goodArchive, quarantined: problems }).problem).toMatch(
      /a backup\. It is in quarantine/,
    );
    expect(archiveOutcome({ ...goodArchive, problems: [...problems, ...problems] }).problem).toBe(
      "a is damaged. Compare it with a backup (and 1 more)",
    );
  });

  test("that was stopped is to be done again, unless something worse is known", () => {
    expect(archiveOutcome({ ...goodArchive, complete: false })).toMatchObject({
      outcome: "degraded",
      reason: "stopped",
      exitCode: 75,
    });
    const problems = [{ key: "b", reason: "b is odd" }];
    expect(archiveOutcome({ ...goodArchive, problems, complete: false })).toMatchObject({ exitCode: 65 });
  });
});

const verification: VerifyReport = {
  deep: false,
  files: 5,
  rows: 10,
  bytes: 1000,
  unfinished: 0,
  unchecked: [],
  problems: [],
  complete: true,
};
const restored: RestoreReport = {
  files: 1,
  restored: 10,
  present: 0,
  plants: 1,
  barePlants: 0,
  partitions: [],
  problems: [],
  complete: true,
};

test("a verification and a restore are ok, stopped, or failed by what is wrong, which goes first", () => {
  const problems = [{ key: "a", reason: "a is damaged" }];
  expect([verifyOutcome(verification, 5), restoreOutcome(restored)]).toEqual([okOutcome, okOutcome]);
  for (const { outcome, reason, exitCode, problem } of [
    verifyOutcome({ ...verification, complete: false }, 4),
    restoreOutcome({ ...restored, complete: false }),
  ])
    expect([outcome, reason, exitCode, problem]).toEqual([
      "degraded",
      "stopped",
      75,
      expect.stringMatching(/was stopped(?: after 4 of 5 files)?\. Run it again/),
    ]);
  for (const complete of [true, false]) {
    const problem = complete ? null : expect.stringMatching(/was stopped/);
    const failed = { outcome: "failed", exitCode: 65, problem };
    expect(verifyOutcome({ ...verification, problems, complete }, 4)).toEqual({
      ...failed,
      reason: "problems",
    });
    expect(restoreOutcome({ ...restored, problems, complete })).toEqual({ ...failed, reason: "problems" });
  }
});
