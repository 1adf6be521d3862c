-- What each run came to. NULL while it runs, and for runs before this migration.

ALTER TABLE etl_run ADD COLUMN outcome TEXT CHECK (outcome IN ('ok', 'degraded', 'failed'));
-- A stable code; NULL for an outcome of 'ok'.
ALTER TABLE etl_run ADD COLUMN reason TEXT;
ALTER TABLE etl_run ADD COLUMN exit_code INTEGER;
-- The runs that were killed: still running, with an old start.
CREATE INDEX etl_run_state ON etl_run (state, started_at);
