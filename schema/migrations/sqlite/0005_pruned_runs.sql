-- The counts of the runs that were deleted from the run log, so that sums over all runs never fall.

-- One row. Each column is the sum of that of etl_run.
CREATE TABLE pruned_run_total (
  pruned_run_total_id INTEGER NOT NULL PRIMARY KEY CHECK (pruned_run_total_id = 1),
  loaded INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  conflicts INTEGER NOT NULL DEFAULT 0,
  not_found INTEGER NOT NULL DEFAULT 0,
  on_loan INTEGER NOT NULL DEFAULT 0,
  sensor_fault INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0
);
INSERT INTO pruned_run_total (pruned_run_total_id) VALUES (1);
