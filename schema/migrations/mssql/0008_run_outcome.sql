-- What each run came to. NULL while it runs, and for runs before this migration.

ALTER TABLE $(schema).[etl_run] ADD outcome NVARCHAR(16) NULL;
GO
-- A stable code; NULL for an outcome of 'ok'.
ALTER TABLE $(schema).[etl_run] ADD reason NVARCHAR(64) NULL;
GO
ALTER TABLE $(schema).[etl_run] ADD exit_code INT NULL;
GO
ALTER TABLE $(schema).[etl_run] ADD CONSTRAINT ck_etl_run_outcome
  CHECK (outcome IN (N'ok', N'degraded', N'failed'));
GO
-- The runs that were killed: still running, with an old start.
CREATE INDEX ix_etl_run_state ON $(schema).[etl_run] (state, started_at);
GO
