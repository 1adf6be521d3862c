import type { Rejection } from "./batch.js";
import type { LoadCounts, Report, RunFailure, RunStart } from "./report.js";
import type { PlantResponse } from "./response.js";

/** Events of a run, from which runners derive progress, logs and metrics. */
export type EtlEvent =
  | { readonly type: "run-started"; readonly run: RunStart }
  /** The response for one plant; `received` is the number so far. */
  | { readonly type: "response-received"; readonly response: PlantResponse; readonly received: number }
  | { readonly type: "rejected"; readonly rejection: Rejection }
  /** The first occurrence in the run of a key that the report lists as unknown, after its batch was loaded. */
  | { readonly type: "unknown-key"; readonly key: string; readonly plantId: number }
  /** A batch was committed. */
  | { readonly type: "batch-loaded"; readonly counts: LoadCounts; readonly durationMs: number }
  | { readonly type: "run-finished"; readonly report: Report }
  /** An error ended the run; `runEtl` throws it. */
  | { readonly type: "run-failed"; readonly run: RunStart; readonly failure: RunFailure };
