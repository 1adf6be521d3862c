import type { QualityFlagName } from "@lmnh/plant-schema";
import type { OutcomeReason, RunOutcome } from "./outcome.js";
import type { FailureCode } from "./response.js";

/**
 * What a run did. The numbers add up:
 * `asked = loaded + duplicates + conflicts + notices.notFound + notices.onLoan + notices.sensorFault + rejected + failed`.
 */
export interface Report {
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  /** Plants that the run had to answer for. */
  readonly requested: number;
  /** Readings that are in the database because of this run. */
  readonly loaded: number;
  /** Readings that were in the database already, with the same values. */
  readonly duplicates: number;
  /** Readings of a plant and time that are in the database with other values. The first stays; these are in `quarantined_row`. */
  readonly conflicts: number;
  /** Among the loaded: readings with a quality flag. */
  readonly flagged: number;
  /** Among the loaded: readings with each quality flag; one reading can have several. */
  readonly flags: FlagCounts;
  readonly notices: {
    readonly notFound: number;
    readonly onLoan: number;
    readonly sensorFault: number;
  };
  /** Answers that break the contract; kept in `plant_rejection`. */
  readonly rejected: number;
  /** Plants of which no answer could be had. */
  readonly failed: number;
  /** Among the loaded and the duplicates: answers of which a detail was refused, the reading not. */
  readonly invalidDetails: number;
  /**
   * Milliseconds: the median over the plants of the age, on arrival, of their newest reading. Readings flagged
   * `futureTime` are left out; `null` where no other one came.
   */
  readonly medianAgeMs: number | null;
  readonly outcome: RunOutcome;
  /** `null` for an outcome of `ok`. */
  readonly reason: OutcomeReason | null;
  /** What the program that ran it exits with; `null` where `runEtl` was given no exit codes, or `exitCodeOf` threw. */
  readonly exitCode: number | null;
  /** `true`: every plant was asked and the outcome is not `failed`. */
  readonly complete: boolean;
  /** Who failed and why, an entry a code and message, the most frequent first. */
  readonly failures: readonly FailureGroup[];
  /** Keys of answers that no era of the contract knows, each once and in order: 50 at most, 80 characters each. They are ignored. */
  readonly unknownKeys: readonly string[];
  /** Unknown keys that are not named: beyond those 50, or beyond the first 20 of an answer; counted once for each answer that has them. */
  readonly unknownKeysOmitted: number;
}

export interface FailureGroup {
  readonly code: FailureCode;
  readonly count: number;
  /** As ranges: `1-3,7`; of more than 100 ranges the first 100, as `1-3,7 and 5 more`. */
  readonly plants: string;
  /** 300 characters at most. */
  readonly message: string;
}

/** A run as it begins. */
export interface RunStart {
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
}

/** Readings with each quality flag. */
export type FlagCounts = Readonly<Record<QualityFlagName, number>>;

/** `loaded + duplicates + conflicts` is the number of readings in the batch; `flagged` and `flags` count among the loaded. */
export interface LoadCounts {
  readonly loaded: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly flagged: number;
  readonly flags: FlagCounts;
}

/** How an error ended a run. */
export interface RunFailure {
  /** ISO 8601, UTC, milliseconds. */
  readonly failedAt: string;
  /** The code of the error, or `UNEXPECTED_ERROR`. */
  readonly reason: string;
  /** As in `Report`. */
  readonly exitCode: number | null;
}
