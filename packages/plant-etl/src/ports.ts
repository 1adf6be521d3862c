import type { Batch } from "./batch.js";
import type { EtlEvent } from "./events.js";
import type { LoadCounts, Report, RunFailure, RunStart } from "./report.js";
import type { PlantResponse } from "./response.js";

/** Where responses come from: the API over HTTP, a recording, or a test. */
export interface PlantSource {
  /**
   * Yields one response per plant. Data never throws: a request that fails is a response with the outcome `failed`.
   * Ends promptly when `signal` aborts. The plants of a list that have no response by then get `failed` with `aborted`.
   */
  responses(signal: AbortSignal): AsyncIterable<PlantResponse>;
}

/** Where batches are loaded. */
export interface PlantStore {
  /** Adds the run to the run log as `running`. */
  beginRun(run: RunStart): Promise<void>;
  /** Loads the batch in one transaction. Idempotent: a second call changes nothing and counts duplicates. */
  load(batch: Batch, run: RunStart): Promise<LoadCounts>;
  /** Sets the state and the report of the run: `failed`, `incomplete` if it was cut short, or `complete`. */
  finishRun(report: Report): Promise<void>;
  /** Sets the state of a run that ended with an error to `failed`. */
  failRun(run: RunStart, failure: RunFailure): Promise<void>;
}

/** Receives events during a run. It must not throw. */
export type Observer = (event: EtlEvent) => void;
