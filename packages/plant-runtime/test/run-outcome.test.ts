import { type OutcomeReason, PlantEtlError, type Report } from "@lmnh/plant-etl";
import { PlantSchemaError } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
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
  stoppedBy: null,
  sourceEnded: true,
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

/** The outcome and the counts of a report with each reason. */
const bad: Readonly<Record<OutcomeReason, Partial<Report> & { readonly outcome: Report["outcome"] }>> = {
  no_plants: { outcome: "failed", requested: 0, loaded: 0 },
  no_response: { outcome: "failed", loaded: 0, failed: 50, failures: timeouts(50) },
  unauthorized: {
    outcome: "failed",
    loaded: 0,
    failed: 50,
    failures: [{ code: "unauthorized", count: 50, plants: "1-50", message: "HTTP status 401" }],
  },
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

const outcomeFor = (reason: OutcomeReason, changed: Partial<Report & ReportContext> = {}) =>
  runOutcome({ ...goodRun, reason, ...bad[reason], ...changed }, { ...context, ...changed });

describe("runOutcome and exitCodeOfRun", () => {
  test("return no problem and exit code 0 for the outcome ok", () => {
    expect(runOutcome(goodRun, context)).toEqual(okOutcome);
    expect(exitCodeOfRun({ outcome: "ok", reason: null })).toBe(0);
  });

  test.each<[OutcomeReason, exitCode: number, problem: RegExp]>([
    ["no_plants", 65, /^http:\/\/museum has no plants to request\.$/],
    ["no_response", 75, /^No response from http:\/\/museum \(timeout: slow\)\. .*\(--api\).*plant simulate$/],
    ["unauthorized", 78, /^http:\/\/museum refuses every request \(HTTP status 401\)\. .*PLANT_API_TOKEN/],
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
  ])("return for %s exit code %d and a problem with the next step", (reason, exitCode, problem) => {
    const { outcome } = bad[reason];
    expect(outcomeFor(reason)).toEqual({
      outcome,
      reason,
      exitCode,
      problem: expect.stringMatching(problem),
    });
    expect(exitCodeOfRun({ outcome: outcome === "ok" ? "failed" : outcome, reason })).toBe(exitCode);
  });

  test("name the deadline if no response arrived before it", () => {
    const failures = [
      { code: "aborted" as const, count: 50, plants: "1-50", message: "the run was stopped" },
    ];
    for (const changed of [{ failures }, { requested: 0, failed: 0, failures: [] }])
      expect(outcomeFor("no_response", changed).problem).toMatch(
        /^No response from .* before the deadline\. .*--deadline/,
      );
  });

  test("advise to request less often where the API limits requests", () => {
    const failures = [
      { code: "status" as const, count: 50, plants: "1-50", message: "HTTP status 429 after 4 attempts" },
    ];
    for (const reason of ["no_response", "too_many_failed"] as const)
      expect(outcomeFor(reason, { failures }).problem).toMatch(
        /Request less often: .*--every.*--concurrency/,
      );
  });

  test("name the file of authorities of the runner alone for a certificate that is not trusted", () => {
    const message = "the server's certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN)";
    const failures = [{ code: "tls" as const, count: 50, plants: "1-50", message }];
    expect(outcomeFor("no_response", { failures }).problem).toContain("is named by --api-ca-file");
  });

  test("return the exit code of the error that ended the run", () => {
    expect(exitCodeOfRun({ error: new PlantEtlError("ROW_REJECTED", "abort", "no") })).toBe(65);
    expect(exitCodeOfRun({ error: new PlantSchemaError("DATABASE_FULL", "retry", "no room") })).toBe(75);
    expect(exitCodeOfRun({ error: undefined })).toBe(1);
  });

  test("name only settings and commands of the runner", () => {
    const reasons = Object.keys(bad) as OutcomeReason[];
    const problemsFor = (runner: ReportContext["runner"]) =>
      reasons.map((reason) => outcomeFor(reason, { runner }).problem);
    const ofCli = /(?:^|[\s(])--[a-z]|plant (?:simulate|doctor)|this machine/;
    expect(problemsFor("lambda").filter((problem) => ofCli.test(problem ?? ""))).toEqual([]);
    const ofLambda = /PLANT_(?!API_TOKEN)|the function/;
    expect(problemsFor("cli").filter((problem) => ofLambda.test(problem ?? ""))).toEqual([]);
  });
});
