import type { Rejection } from "./batch.js";
import type { LoadCounts, Report, RunStart } from "./report.js";
import type { PlantResponse } from "./response.js";

/** What a run tells while it goes on. Runners make progress, logs and metrics of it. */
export type EtlEvent =
  | { readonly type: "run-started"; readonly run: RunStart }
  /** One plant is answered for; `answered` counts them so far. */
  | { readonly type: "answered"; readonly response: PlantResponse; readonly received: number }
  | { readonly type: "rejected"; readonly rejection: Rejection }
  /** A key that the report names as unknown, the first time that the run meets it, after its batch was loaded. */
  | { readonly type: "unknown-key"; readonly key: string; readonly plantId: number }
  /** A batch is in the database. */
  | { readonly type: "batch-loaded"; readonly counts: LoadCounts; readonly durationMs: number }
  | { readonly type: "run-finished"; readonly report: Report };
