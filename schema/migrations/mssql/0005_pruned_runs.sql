-- The counts of the runs that were deleted from the run log, so that sums over all runs never fall.

-- One row. Each column is the sum of that of etl_run.
CREATE TABLE $(schema).[pruned_run_total] (
  pruned_run_total_id INT NOT NULL CONSTRAINT pk_pruned_run_total PRIMARY KEY
    CONSTRAINT ck_pruned_run_total CHECK (pruned_run_total_id = 1),
  loaded BIGINT NOT NULL CONSTRAINT df_pruned_run_total_loaded DEFAULT 0,
  duplicates BIGINT NOT NULL CONSTRAINT df_pruned_run_total_duplicates DEFAULT 0,
  conflicts BIGINT NOT NULL CONSTRAINT df_pruned_run_total_conflicts DEFAULT 0,
  not_found BIGINT NOT NULL CONSTRAINT df_pruned_run_total_not_found DEFAULT 0,
  on_loan BIGINT NOT NULL CONSTRAINT df_pruned_run_total_on_loan DEFAULT 0,
  sensor_fault BIGINT NOT NULL CONSTRAINT df_pruned_run_total_sensor_fault DEFAULT 0,
  rejected BIGINT NOT NULL CONSTRAINT df_pruned_run_total_rejected DEFAULT 0,
  failed BIGINT NOT NULL CONSTRAINT df_pruned_run_total_failed DEFAULT 0
);
GO

INSERT INTO $(schema).[pruned_run_total] (pruned_run_total_id) VALUES (1);
GO
