import type { Statement } from "@lmnh/plant-schema/internal/sql";
import type { Batch, Reading } from "../batch.js";
import type { Report, RunFailure, RunStart } from "../report.js";
import { formatTimestamp } from "../transform/parse-timestamp.js";

/** The SQL of one dialect for the load, as text, so that it can be tested without a database. */
export interface LoadStatements {
  /**
   * Returns the `quality_flag` of every inserted row. On SQL Server it includes `recordConflicts` if not every reading was
   * inserted.
   */
  insertReadings(batch: Batch, run: RunStart): Statement[];
  /**
   * Records the readings whose plant and time are in the database with other values, each once, and returns their number
   * in the batch as `conflicts`. Needed if not every reading was inserted.
   */
  recordConflicts(batch: Batch, run: RunStart): Statement[];
  recordNotices(batch: Batch): Statement[];
  recordRejections(batch: Batch, run: RunStart): Statement[];
  /** Does nothing for a run that is in the run log. Marks runs as `abandoned`; see `abandonedBefore`. */
  beginRun(run: RunStart): Statement[];
  /** Number of readings that the run inserted, by `quality_flag`. */
  countLoaded(run: RunStart): Statement;
  /**
   * Deleting adds the counts of the deleted runs to `pruned_run_total`, so that all of it is one transaction.
   *
   * @param deleteBefore ISO 8601 in UTC: some of the runs that started before it are deleted; `null` for none
   */
  finishRun(report: Report, deleteBefore: string | null): Statement[];
  failRun(run: RunStart, failure: RunFailure): Statement;
}

/**
 * ISO 8601 in UTC: a run that started before this instant and is still `running` becomes `abandoned`. It may still be alive,
 * because a replay has no deadline and clocks differ; the end of the run then overwrites the state.
 */
export function abandonedBefore({ startedAt }: RunStart): string {
  return formatTimestamp(Date.parse(startedAt) - abandonedAfterMs);
}

/** The maximum deadline of the command line, 24 h, and an hour for the last load and for clock differences. */
const abandonedAfterMs = 25 * 60 * 60_000;

/**
 * The runs that the end of a run deletes: more than a run adds, so that a backlog of a year is gone in a day of pulls, and few
 * enough for milliseconds, at 550 bytes a run.
 */
export const maxDeletedRuns = 500;

/** The counts of a run that add up to the plants requested, and are kept when the run is deleted. */
export const keptCounts = [
  "loaded",
  "duplicates",
  "conflicts",
  "not_found",
  "on_loan",
  "sensor_fault",
  "rejected",
  "failed",
] as const;

/** The state of a run in the run log, by its report. */
export function stateOf({ outcome, complete }: Pick<Report, "outcome" | "complete">): string {
  if (outcome === "failed") return "failed";
  return complete ? "complete" : "incomplete";
}

export type ConflictContent = ReturnType<typeof conflictContent>;

/** The content of a conflicting reading in `quarantined_row`. JavaScript formats a double so that it can be parsed back exactly. */
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

/** The parameters of `finishRun` in both dialects, the run id last. */
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
