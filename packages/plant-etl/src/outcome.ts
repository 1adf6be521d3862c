import { codeOf } from "@lmnh/plant-schema/internal";

/**
 * The outcome of a run.
 *
 * - `ok`: success
 * - `degraded`: the readings are loaded, but some are missing or not current, which needs attention
 * - `failed`: no usable reading, more missing than the thresholds allow, or an error
 */
export type RunOutcome = "ok" | "degraded" | "failed";

/**
 * Why a run is not `ok`, as a stable code.
 *
 * - `no_plants`: the roster is empty
 * - `no_response`: no plant has a response
 * - `unauthorized`: the API refuses every request with 401 or 403; trying again does not help
 * - `all_rejected`: every response violates the schema, whatever the thresholds
 * - `too_many_rejected`, `too_many_failed`: more than the thresholds allow
 * - `stopped`, `deadline`: cut short; responses received until then are loaded
 * - `all_not_found`: the API has none of the plants
 * - `no_readings`: only notices, rejections and failures, and not all plants are on loan; or an endless source with nothing
 * - `all_in_future`, `all_stale`, `none_current`: every reading is in the future, old, or one of the two
 */
export type OutcomeReason =
  | "no_plants"
  | "no_response"
  | "unauthorized"
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
  /** Share of the requested plants, 0…1, whose responses may be rejected. 0.1 by default. */
  readonly maxRejected: number;
  /** Share of the requested plants, 0…1, that may have no response. 0.5 by default. */
  readonly maxFailed: number;
}

/** A run fails with more than 10 % of its plants rejected, or more than 50 % without a response. */
export const defaultOutcomeThresholds: OutcomeThresholds = { maxRejected: 0.1, maxFailed: 0.5 };

/** The counts that determine the outcome of a run. */
export interface OutcomeCounts {
  readonly requested: number;
  /** Valid readings, duplicates included. */
  readonly readings: number;
  /** Among the readings: flagged `futureTime`, and `staleTime`. */
  readonly future: number;
  readonly stale: number;
  readonly notFound: number;
  readonly onLoan: number;
  readonly rejected: number;
  readonly failed: number;
  /** Among the failed requests. */
  readonly unauthorized: number;
  /** As in `PlantSource`. */
  readonly endless: boolean;
  /** What cut the run short; `null` for a run that reached its end, or the stop of an endless source. */
  readonly cutShortBy: "signal" | "deadline" | null;
}

/** The outcome of a run that ended with a report, and why it is not `ok`. */
export type RunResult =
  | { readonly outcome: "ok"; readonly reason: null }
  | { readonly outcome: "degraded" | "failed"; readonly reason: OutcomeReason };

/** Derives the outcome from the counts alone. The first matching reason is returned. */
export function determineOutcome(counts: OutcomeCounts, thresholds: OutcomeThresholds): RunResult {
  const {
    requested,
    readings,
    future,
    stale,
    notFound,
    onLoan,
    rejected,
    failed,
    unauthorized,
    endless,
    cutShortBy,
  } = counts;
  const reasons: readonly (readonly [applies: boolean, outcome: "degraded" | "failed", OutcomeReason])[] = [
    // A deliberate stop is not a failure, whatever was received by then.
    [cutShortBy === "signal", "degraded", "stopped"],
    [requested === 0 && cutShortBy === null && endless, "degraded", "no_readings"],
    [requested === 0 && cutShortBy === null, "failed", "no_plants"],
    [unauthorized > 0 && unauthorized === requested, "failed", "unauthorized"],
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

/** A stable code for the error that ended a run: its own, or `UNEXPECTED_ERROR`. */
export function outcomeReasonOf(error: unknown): string {
  const code = codeOf(error);
  return /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : "UNEXPECTED_ERROR";
}
