import type { QualityFlagName } from "@lmnh/plant-schema/model";
import type { OutcomeReason, RunOutcome } from "./outcome.js";
import type { FailureCode } from "./response.js";

/**
 * The result of a run. The numbers add up:
 * `requested = loaded + duplicates + conflicts + notices.notFound + notices.onLoan + notices.sensorFault + rejected + failed`.
 */
export interface Report {
  /** UUID of the run in the run log. */
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly finishedAt: string;
  /** `finishedAt` − `startedAt`, milliseconds. */
  readonly durationMs: number;
  /** Plants that the run requested, or was to request. */
  readonly requested: number;
  /** Readings that this run inserted. */
  readonly loaded: number;
  /** Readings that were in the database before, with the same values. */
  readonly duplicates: number;
  /** Readings whose plant and time are in the database with other values. The first stays; these are kept in `quarantined_row`. */
  readonly conflicts: number;
  /** Among the loaded: readings with a quality flag. */
  readonly flagged: number;
  /** Among the loaded: readings with each quality flag; one reading can have several. */
  readonly flags: FlagCounts;
  /** The API's own errors in place of a reading, by kind. */
  readonly notices: {
    /** Plants that the API does not have. */
    readonly notFound: number;
    /** Plants that are on loan to another museum. */
    readonly onLoan: number;
    /** Plants whose sensor is broken. */
    readonly sensorFault: number;
  };
  /** Responses that violate the schema; kept in `plant_rejection`. */
  readonly rejected: number;
  /** Plants without a response. */
  readonly failed: number;
  /** Among the loaded and the duplicates: responses with a valid reading and an invalid detail. */
  readonly invalidDetails: number;
  /**
   * Milliseconds: the median over the plants of the age, on arrival, of their newest reading. Readings flagged
   * `futureTime` are left out; `null` if there are no others.
   */
  readonly medianAgeMs: number | null;
  /** `ok`, `degraded` or `failed`; derived from the counts and the thresholds. */
  readonly outcome: RunOutcome;
  /** `null` for an outcome of `ok`. */
  readonly reason: OutcomeReason | null;
  /** Exit code of the program; `null` without `exitCodeOf`, or if it threw. */
  readonly exitCode: number | null;
  /** `true`: the run was not cut short and the outcome is not `failed`. */
  readonly complete: boolean;
  /**
   * What stopped the run before its source ended by itself. Unless the source is `endless`, that cut the run short, and
   * `reason` says so.
   */
  readonly stoppedBy: "signal" | "deadline" | null;
  /** `false` for a source that was left because it did not end a second after the stop: what it had is not counted. */
  readonly sourceEnded: boolean;
  /** Plants without a response, grouped by code and message, the largest group first. */
  readonly failures: readonly FailureGroup[];
  /** Keys that no API version has, sorted: at most 50 of at most 80 characters. They are ignored. */
  readonly unknownKeys: readonly string[];
  /** Unknown keys that are not listed: beyond those 50, or beyond the first 20 of a response; counted once per response. */
  readonly unknownKeysOmitted: number;
}

/**
 * Plants that have no response for the same reason. After 20 groups, every further reason of a code is in one group, whose
 * `message` is the first of them.
 */
export interface FailureGroup {
  /** What kind of failure it is. */
  readonly code: FailureCode;
  /** Number of plants in the group. */
  readonly count: number;
  /** Ids as ranges, `1-3,7`; beyond 100 ranges as `1-3,7 and 5 more`. */
  readonly plants: string;
  /** At most 300 characters. */
  readonly message: string;
}

/** A run at its start. */
export interface RunStart {
  /** UUID; identifies the run in the run log and in the rows that it loads. */
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
}

/** Readings with each quality flag. */
export type FlagCounts = Readonly<Record<QualityFlagName, number>>;

/** `loaded + duplicates + conflicts` is the number of readings in the batch; `flagged` and `flags` count among the loaded. */
export interface LoadCounts {
  /** Readings inserted. */
  readonly loaded: number;
  /** Readings that the store had, with the same values but for the quality flag. */
  readonly duplicates: number;
  /** Readings whose plant and time the store had with other values; kept beside the readings. */
  readonly conflicts: number;
  /** Inserted readings with a quality flag. */
  readonly flagged: number;
  /** Inserted readings with each quality flag; one reading can have several. */
  readonly flags: FlagCounts;
}

/** The error that ended a run. */
export interface RunFailure {
  /** ISO 8601, UTC, milliseconds. */
  readonly failedAt: string;
  /** The code of the error, or `UNEXPECTED_ERROR`. */
  readonly reason: string;
  /** As in `Report`. */
  readonly exitCode: number | null;
}
