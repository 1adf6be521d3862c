import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import {
  defaultOutcomeThresholds,
  determineOutcome,
  type OutcomeCounts,
  type OutcomeReason,
  outcomeReasonOf,
} from "../src/outcome.js";

const fifty: OutcomeCounts = {
  requested: 50,
  readings: 48,
  future: 0,
  stale: 0,
  notFound: 1,
  onLoan: 1,
  rejected: 0,
  failed: 0,
  unauthorized: 0,
  endless: false,
  cutShortBy: null,
};
const none: OutcomeCounts = { ...fifty, requested: 0, readings: 0, notFound: 0, onLoan: 0 };

const outcomeOf = (counts: OutcomeCounts, thresholds = defaultOutcomeThresholds) =>
  determineOutcome(counts, thresholds);

describe("determineOutcome", () => {
  test.each<[string, Partial<OutcomeCounts>]>([
    ["all loaded", {}],
    ["with as many rejections as are allowed", { readings: 43, rejected: 5 }],
    ["with as many failures as are allowed", { readings: 23, failed: 25 }],
    ["with one reading that is current", { future: 24, stale: 23 }],
    ["whose plants are all on loan", { readings: 0, notFound: 0, onLoan: 50 }],
    ["whose plants are on loan or not found", { readings: 0, notFound: 49, onLoan: 1 }],
  ])("returns ok: %s", (_name, changed) => {
    expect(outcomeOf({ ...fifty, ...changed })).toEqual({ outcome: "ok", reason: null });
  });

  test.each<["degraded" | "failed", OutcomeReason, OutcomeCounts]>([
    ["failed", "no_plants", none],
    ["failed", "no_response", { ...none, requested: 50, failed: 50 }],
    ["failed", "no_response", { ...none, requested: 50, failed: 50, unauthorized: 49 }],
    ["failed", "unauthorized", { ...none, requested: 50, failed: 50, unauthorized: 50 }],
    ["failed", "no_response", { ...none, requested: 50, failed: 50, cutShortBy: "deadline" }],
    ["failed", "no_response", { ...none, cutShortBy: "deadline" }],
    ["failed", "all_rejected", { ...none, requested: 50, rejected: 50 }],
    ["failed", "all_rejected", { ...none, requested: 50, rejected: 1, failed: 49 }],
    ["failed", "too_many_rejected", { ...fifty, readings: 42, rejected: 6 }],
    ["failed", "too_many_failed", { ...fifty, readings: 22, failed: 26 }],
    ["degraded", "deadline", { ...fifty, readings: 2, failed: 46, cutShortBy: "deadline" }],
    ["degraded", "stopped", { ...fifty, readings: 40, failed: 8, cutShortBy: "signal" }],
    ["degraded", "stopped", { ...none, cutShortBy: "signal" }],
    ["degraded", "all_not_found", { ...none, requested: 50, notFound: 50 }],
    ["degraded", "no_readings", { ...none, requested: 50 }],
    ["degraded", "no_readings", { ...none, requested: 50, notFound: 49 }],
    ["degraded", "no_readings", { ...none, requested: 4, onLoan: 2, failed: 2 }],
    ["degraded", "no_readings", { ...none, endless: true }],
    ["degraded", "stopped", { ...none, endless: true, cutShortBy: "signal" }],
    ["degraded", "all_in_future", { ...fifty, future: 48 }],
    ["degraded", "all_stale", { ...fifty, stale: 48 }],
    ["degraded", "none_current", { ...fifty, future: 1, stale: 47 }],
  ])("returns %s, %s", (outcome, reason, counts) => {
    expect(outcomeOf(counts)).toEqual({ outcome, reason });
  });

  test("does not return ok without a response, whatever the thresholds", () => {
    const lax = { maxRejected: 1, maxFailed: 1 };
    for (const counts of [none, { ...none, requested: 9, failed: 9 }, { ...none, requested: 9, rejected: 9 }])
      expect(outcomeOf(counts, lax).outcome).toBe("failed");
  });
});

const count = fc.integer({ min: 0, max: 5 });
property(
  "determineOutcome returns ok only with a current reading or plants on loan, and within the thresholds",
  [count, count, count, count, count, count, count],
  (fresh, future, stale, notFound, onLoan, rejected, failed) => {
    const readings = fresh + future + stale;
    const requested = readings + notFound + onLoan + rejected + failed;
    const counts = {
      requested,
      readings,
      future,
      stale,
      notFound,
      onLoan,
      rejected,
      failed,
      unauthorized: failed,
      endless: false,
      cutShortBy: null,
    };
    const { outcome, reason } = outcomeOf(counts);
    expect(outcome === "ok").toBe(reason === null);
    if (outcome !== "ok") return;
    expect(fresh > 0 || (readings === 0 && onLoan > 0)).toBe(true);
    expect(rejected / requested).toBeLessThanOrEqual(0.1);
    expect(failed / requested).toBeLessThanOrEqual(0.5);
  },
);

test("outcomeReasonOf returns the code of an error, if it has one", () => {
  const coded = (code: unknown) => Object.assign(new Error("no"), { code });
  expect(outcomeReasonOf(coded("SQLITE_FULL"))).toBe("SQLITE_FULL");
  for (const error of [coded("rm -rf"), coded(5), coded("A".repeat(65)), new Error("no"), "no", undefined])
    expect(outcomeReasonOf(error)).toBe("UNEXPECTED_ERROR");
});
