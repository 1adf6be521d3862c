import type { Statement } from "@lmnh/plant-schema";
import type { Batch } from "../batch.js";
import type { Report, RunStart } from "../report.js";

/** One dialect's SQL for the load, as text: tested without a database, then run as it is. */
export interface LoadStatements {
  /** Each returns the `quality_flag` of every row that it inserted. */
  insertReadings(batch: Batch, run: RunStart): Statement[];
  recordNotices(batch: Batch): Statement[];
  recordRejections(batch: Batch, run: RunStart): Statement[];
  /** Does nothing where the run has begun already. */
  beginRun(run: RunStart): Statement;
  /** How many readings are there because of this run, and how many of them are flagged. */
  countLoaded(run: RunStart): Statement;
  finishRun(report: Report): Statement;
  failRun(run: RunStart, failedAt: string): Statement;
}

/** The report's numbers in the order in which both dialects write them into the ledger, the run id last. */
export function ledgerValues(report: Report): unknown[] {
  return [
    report.finishedAt,
    report.complete ? "complete" : "incomplete",
    report.asked,
    report.loaded,
    report.duplicates,
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
