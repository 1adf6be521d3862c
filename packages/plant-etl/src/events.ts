import type { Rejection } from "./batch.js";
import type { LoadCounts, Report, RunFailure, RunStart } from "./report.js";
import type { PlantResponse } from "./response.js";

/** Events of a run, from which runners derive progress, logs and metrics. */
export type EtlEvent =
  /** The run is in the run log; nothing is requested yet. */
  | { readonly type: "run-started"; readonly run: RunStart }
  /** The response for one plant; `received` is the number so far. */
  | { readonly type: "response-received"; readonly response: PlantResponse; readonly received: number }
  /** A response, or a detail of one, is invalid and stored as a rejection; after its batch was loaded. */
  | { readonly type: "rejected"; readonly rejection: Rejection }
  /** The first occurrence in the run of a key that the report lists as unknown, after its batch was loaded. */
  | { readonly type: "unknown-key"; readonly key: string; readonly plantId: number }
  /** A batch was committed; `durationMs` is the time that the store took. */
  | { readonly type: "batch-loaded"; readonly counts: LoadCounts; readonly durationMs: number }
  /** The run ended by itself or was cut short, and its report is in the run log. */
  | { readonly type: "run-finished"; readonly report: Report }
  /** An error ended the run; `runEtl` throws it. */
  | { readonly type: "run-failed"; readonly run: RunStart; readonly failure: RunFailure };
