import type { BaseReading, Batch, Reading, Rejection } from "./batch.js";
import type { EtlEvent } from "./events.js";
import type { LoadCounts, Report, RunFailure, RunStart } from "./report.js";
import type { PlantResponse } from "./response.js";

/** Where responses come from: the API over HTTP, a recording, or a test. */
export interface PlantSource {
  /**
   * Yields one response per plant, in any order, with status and body as they were received. It can be called again, also
   * after a consumer left early.
   *
   * Data never throws: a request that fails is a response with the outcome `failed`. Ends promptly when `signal` aborts.
   * The plants of a list that have no response by then get `failed` with `aborted`, with 0 `attempts` if none was made. A
   * source without a list, such as a recording, only ends.
   */
  responses(signal: AbortSignal): AsyncIterable<PlantResponse>;
  /**
   * `true` for a stream that goes on until it is stopped. As it has no list, no plant is missing then: the run is complete
   * if the stream ends promptly.
   */
  readonly endless?: boolean | undefined;
}

/**
 * Where batches are loaded. Runs may overlap, be killed and be replayed: the content of a store does not depend on how often
 * and in which order batches are loaded, except that the first reading of a plant and time stays.
 */
export interface PlantStore<in R extends BaseReading = Reading> {
  /**
   * Adds the run to the run log as `running`; does nothing for a run that is in it. Runs that are `running` and started more
   * than 25 hours before this one become `failed`, with the reason `abandoned`.
   */
  beginRun(run: RunStart): Promise<void>;
  /**
   * Loads the batch in one transaction, of any size, also beside another load. Numbers are stored to the last bit, times to
   * the millisecond. A second call changes nothing and counts duplicates.
   *
   * - readings: the first one of a plant and time stays, also among those of the batch. Another one is a duplicate if
   *   all its values but the quality flag are the same. Otherwise it is a conflict, and kept beside the readings:
   *   once, with all its values. `flagged` and `flags` count the loaded readings alone
   * - plants: values that are `null` leave the stored ones, and so does a plant with an older `observedAt`. A presigned image
   *   link is replaced when a quarter of its lifetime is left, or by a link with another path
   * - botanists: one per e-mail address, with the newest name and phone number. Addresses that differ in case alone, or in what
   *   a collation ignores, may be one
   * - countries: one per code and per name. A batch may contain a code with two names and a name with two codes; which one
   *   stays is up to the store. Origins are kept without a code or coordinates, too
   * - notices: one per plant, kind and UTC day, with the times of the first and the last
   * - rejections: one per plant and `digest`, the first
   *
   * @throws if the store rejects a row, such as a reading of a plant that is neither in the batch nor in the store: nothing
   * is changed then, and the message names the plant, such as `plant 2`
   */
  load(batch: Batch<R>, run: RunStart): Promise<LoadCounts>;
  /**
   * Sets state, outcome and report of the run, whatever they were: the state is `failed` for that outcome, otherwise
   * `complete`, or `incomplete` for a report that is not `complete`.
   */
  finishRun(report: Report): Promise<void>;
  /** Sets state and outcome of a run that ended with an error to `failed`, with the reason and exit code. */
  failRun(run: RunStart, failure: RunFailure): Promise<void>;
}

/** A rejection as it is stored. */
export interface StoredRejection extends Rejection {
  /** Assigned by the store, ascending. */
  readonly rejectionId: number;
  /** The run that received the response. */
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds; `null` while the rejection is open. */
  readonly resolvedAt: string | null;
  /** The id of the retry that resolved it; of one that was closed without its reading, such as `dismissed`. */
  readonly resolvedBy: string | null;
}

/** Conditions that must all be met. */
export interface RejectionQuery {
  /** Only of this plant; of all plants by default. */
  readonly plantId?: number | undefined;
  /** ISO 8601, UTC, milliseconds; received then or later. */
  readonly since?: string | undefined;
  /** `reading`: the response was rejected. `details`: its reading was loaded. Both by default. */
  readonly kind?: "reading" | "details" | undefined;
  /** Resolved ones, too. `false` by default. */
  readonly resolved?: boolean | undefined;
}

/** The stored rejections. */
export interface RejectionLog {
  /** The last received, the newest first. */
  newest(query: RejectionQuery, limit: number): Promise<readonly StoredRejection[]>;
  /** Number of rejections that match. */
  count(query: RejectionQuery): Promise<number>;
  /** Those with a higher id than `afterId`, by id. */
  page(query: RejectionQuery, afterId: number, limit: number): Promise<readonly StoredRejection[]>;
  /** The rejection with this id; `null` if there is none. */
  read(rejectionId: number): Promise<StoredRejection | null>;
  /** Sets time and retry of open rejections; at most 1,000 at a time. Those that are resolved stay as they are. Returns how many were open. */
  markResolved(
    rejectionIds: readonly number[],
    retry: { readonly runId: string; readonly resolvedAt: string },
  ): Promise<number>;
}

/** Receives what an observer threw, or rejected its promise with, and the event. */
export type ObserverErrorHandler = (error: unknown, event: EtlEvent) => void;

/** Receives events during a run. An error it throws, or rejects its promise with, does not change the run. */
export type Observer = (event: EtlEvent) => void;
