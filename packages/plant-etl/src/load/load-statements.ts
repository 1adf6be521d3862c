import type { Statement } from "@lmnh/plant-schema";
import type { Batch, Reading } from "../batch.js";
import type { Report, RunFailure, RunStart } from "../report.js";
import { formatTimestamp } from "../transform/parse-timestamp.js";

/** One dialect's SQL for the load, as text: tested without a database, then run as it is. */
export interface LoadStatements {
  /**
   * Returns the `quality_flag` of every row that it inserted. On SQL Server it also does what `recordConflicts` does, where
   * not every reading was inserted.
   */
  insertReadings(batch: Batch, run: RunStart): Statement[];
  /**
   * Keeps the readings whose plant and time are known with other values, each once, and returns `conflicts`: how many of
   * the batch they are. To be run where not every reading was inserted.
   */
  recordConflicts(batch: Batch, run: RunStart): Statement[];
  recordNotices(batch: Batch): Statement[];
  recordRejections(batch: Batch, run: RunStart): Statement[];
  /** Does nothing where the run has begun already. Closes runs that are `abandoned`; see `abandonedBefore`. */
  beginRun(run: RunStart): Statement[];
  /** How many readings are there because of this run, by `quality_flag`. */
  countLoaded(run: RunStart): Statement;
  finishRun(report: Report): Statement;
  failRun(run: RunStart, failure: RunFailure): Statement;
}

/**
 * ISO 8601 in UTC: a run that began before this instant and is still `running` counts as `abandoned`. That is a guess, not
 * proof that it was killed: a replay has no deadline, and clocks differ. A run that ends later overwrites it.
 */
export function abandonedBefore({ startedAt }: RunStart): string {
  return formatTimestamp(Date.parse(startedAt) - abandonedAfterMs);
}

/** The longest deadline of the CLI, 24 h, and an hour for the last load and for clocks that differ. */
const abandonedAfterMs = 25 * 60 * 60_000;

/** What the run log has for the state of a run with this report. */
export function stateOf({ outcome, complete }: Pick<Report, "outcome" | "complete">): string {
  if (outcome === "failed") return "failed";
  return complete ? "complete" : "incomplete";
}

export type ConflictContent = ReturnType<typeof conflictContent>;

/** A conflicting reading as `quarantined_row` keeps it. JavaScript writes a double so that it is read back to the bit. */
export function conflictContent(reading: Reading, { runId, startedAt }: RunStart) {
  return {
    plant_id: reading.plantId,
    soil_moisture: reading.soilMoisture,
    temperature: reading.temperature,
    recording_taken: reading.recordingTaken,
    last_watered: reading.lastWatered,
    quality_flag: reading.qualityFlag,
    ingested_at: startedAt,
    run_id: runId,
  };
}

/** The report's numbers in the order in which both dialects write them into the ledger, the run id last. */
export function runValues(report: Report): unknown[] {
  return [
    report.finishedAt,
    stateOf(report),
    report.outcome,
    report.reason,
    report.exitCode,
    report.requested,
    report.loaded,
    report.duplicates,
    report.conflicts,
    report.flagged,
    report.notices.notFound,
    report.notices.onLoan,
    report.notices.sensorFault,
    report.rejected,
    report.failed,
    JSON.stringify(report),
    report.runId,
  ];
}
