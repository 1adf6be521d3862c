import type { FailureCode } from "./answer.js";

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
  readonly asked: number;
  /** Readings that are in the database because of this run. */
  readonly loaded: number;
  /** Readings that were in the database already, with the same values. */
  readonly duplicates: number;
  /** Readings of a plant and time that are in the database with other values. The first stays; these are in `set_aside_row`. */
  readonly conflicts: number;
  /** Among the loaded: readings with a quality flag. */
  readonly flagged: number;
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
  readonly detailsRefused: number;
  /** `false` when the run was cut short, by its deadline or by a signal. */
  readonly complete: boolean;
  /** Who failed and why, an entry a code and message, the most frequent first. */
  readonly failures: readonly FailureGroup[];
  /** Keys of answers that no era of the contract knows, each once and in order: 50 at most, 80 characters each. They are ignored. */
  readonly unknownKeys: readonly string[];
  /** Unknown keys that are not among those 50, counted once for each answer that has them. */
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

/** `loaded + duplicates + conflicts` is the number of readings in the batch; `flagged` counts among the loaded. */
export interface LoadCounts {
  readonly loaded: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly flagged: number;
}
