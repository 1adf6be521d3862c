-- Which rejections are still open, and when the whole archive was last verified.

-- When a retry loaded the response, and the id of the retry. NULL while the rejection is open.
ALTER TABLE $(schema).[plant_rejection] ADD resolved_at DATETIME2(3) NULL;
ALTER TABLE $(schema).[plant_rejection] ADD resolved_by NVARCHAR(64) NULL;
GO

CREATE INDEX ix_plant_rejection_open ON $(schema).[plant_rejection] (received_at, plant_id)
  INCLUDE (reading_rejected) WHERE resolved_at IS NULL;
GO

-- The end of the last deep verification of every file that found no problem. NULL if there was none.
ALTER TABLE $(schema).[archive_metadata] ADD verified_at DATETIME2(3) NULL;
GO
