import type { Batch } from "./batch.js";
import type { EtlEvent } from "./events.js";
import type { LoadCounts, Report, RunFailure, RunStart } from "./report.js";
import type { PlantResponse } from "./response.js";

/** Where answers come from: the API over HTTP, a recording, or a test. */
export interface PlantSource {
  /**
   * Every answer, each plant asked once. Data never throws: what cannot be had is an answer of outcome `failed`.
   * When `signal` aborts it ends promptly; a plant of a given list that has no answer yet ends as `failed`, `aborted`.
   */
  responses(signal: AbortSignal): AsyncIterable<PlantResponse>;
}

/** Where batches go. */
export interface PlantStore {
  /** Enters the run in the run log as `running`. */
  beginRun(run: RunStart): Promise<void>;
  /** Loads the batch in one transaction. Idempotent: a second time changes nothing and counts duplicates. */
  load(batch: Batch, run: RunStart): Promise<LoadCounts>;
  /** Closes the run in the run log with its report: `failed`, `incomplete` where it was cut short, or `complete`. */
  finishRun(report: Report): Promise<void>;
  /** Closes a run that an error has ended as `failed`. */
  failRun(run: RunStart, failure: RunFailure): Promise<void>;
}

/** Told what happens while it happens. It must not throw. */
export type Observer = (event: EtlEvent) => void;

/** Time, passed in. `now` is milliseconds since the epoch; `sleep` rejects when its signal aborts. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number from 0 (included) to 1 (excluded), as `Math.random` gives. */
export type Random = () => number;
