-- Which rejections are still open, and when the whole archive was last verified.

-- When a retry loaded the response, and the id of the retry. NULL while the rejection is open.
ALTER TABLE plant_rejection ADD COLUMN resolved_at TEXT;
ALTER TABLE plant_rejection ADD COLUMN resolved_by TEXT;
CREATE INDEX plant_rejection_open ON plant_rejection (received_at, plant_id) WHERE resolved_at IS NULL;

-- The end of the last deep verification of every file that found no problem. NULL if there was none.
ALTER TABLE archive_metadata ADD COLUMN verified_at TEXT;
