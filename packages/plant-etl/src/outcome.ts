import { codeOf } from "@lmnh/plant-schema";

/**
 * What a run came to.
 *
 * - `ok`: it did what it was for
 * - `degraded`: what it got is loaded, and somebody has to look at why it is not all, or not current
 * - `failed`: nothing usable came, less than the thresholds allow, or an error ended it
 */
export type RunOutcome = "ok" | "degraded" | "failed";

/**
 * Why a run is not `ok`, as a stable code.
 *
 * - `no_plants`: there was no plant to ask for
 * - `no_response`: no plant gave a response
 * - `all_rejected`: every response that came breaks the contract, however many may
 * - `too_many_rejected`, `too_many_failed`: more than the thresholds allow
 * - `stopped`, `deadline`: cut short, with what it had by then
 * - `all_not_found`: the API knows none of the plants
 * - `no_readings`: nothing but notices, rejections and failures, and the plants are not just on loan
 * - `all_in_future`, `all_stale`, `none_current`: every reading lies in the future, is old, or is one of the two
 */
export type OutcomeReason =
  | "no_plants"
  | "no_response"
  | "all_rejected"
  | "too_many_rejected"
  | "too_many_failed"
  | "stopped"
  | "deadline"
  | "all_not_found"
  | "no_readings"
  | "all_in_future"
  | "all_stale"
  | "none_current";

/** How much may be missing before a run is `failed`. */
export interface OutcomeThresholds {
  /** Share of the plants asked, 0…1, whose responses may be rejected. 0.1 by default. */
  readonly maxRejected: number;
  /** Share of the plants asked, 0…1, that may be without a response. 0.5 by default. */
  readonly maxFailed: number;
}

export const defaultOutcomeThresholds: OutcomeThresholds = { maxRejected: 0.1, maxFailed: 0.5 };

/** What the outcome of a run depends on. */
export interface OutcomeCounts {
  readonly requested: number;
  /** Readings that came, whether they were in the database already or not. */
  readonly readings: number;
  /** Among the readings: flagged `futureTime`, and `staleTime`. */
  readonly future: number;
  readonly stale: number;
  readonly notFound: number;
  readonly onLoan: number;
  readonly rejected: number;
  readonly failed: number;
  /** What ended the run before its end; `null` where nothing did. */
  readonly cutShortBy: "signal" | "deadline" | null;
}

export type RunResult =
  | { readonly outcome: "ok"; readonly reason: null }
  | { readonly outcome: "degraded" | "failed"; readonly reason: OutcomeReason };

/** What a run came to, by its numbers alone. The first reason that fits counts. */
export function determineOutcome(counts: OutcomeCounts, thresholds: OutcomeThresholds): RunResult {
  const { requested, readings, future, stale, notFound, onLoan, rejected, failed, cutShortBy } = counts;
  const reasons: readonly (readonly [applies: boolean, outcome: "degraded" | "failed", OutcomeReason])[] = [
    // What somebody stopped is no fault, whatever it had by then.
    [cutShortBy === "signal", "degraded", "stopped"],
    [requested === 0 && cutShortBy === null, "failed", "no_plants"],
    [failed === requested, "failed", "no_response"],
    [rejected > 0 && rejected + failed === requested, "failed", "all_rejected"],
    [rejected > requested * thresholds.maxRejected, "failed", "too_many_rejected"],
    [cutShortBy === "deadline", "degraded", "deadline"],
    [failed > requested * thresholds.maxFailed, "failed", "too_many_failed"],
    [notFound === requested, "degraded", "all_not_found"],
    [readings === 0 && (onLoan === 0 || onLoan + notFound < requested), "degraded", "no_readings"],
    [readings > 0 && future === readings, "degraded", "all_in_future"],
    [readings > 0 && stale === readings, "degraded", "all_stale"],
    [readings > 0 && future + stale >= readings, "degraded", "none_current"],
  ];
  const [first] = reasons.filter(([applies]) => applies);
  return first === undefined ? { outcome: "ok", reason: null } : { outcome: first[1], reason: first[2] };
}

/** A stable code for the error that ended a run: its own, or `UNEXPECTED_ERROR` where it has none. */
export function reasonOfError(error: unknown): string {
  const code = codeOf(error);
  return /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : "UNEXPECTED_ERROR";
}
