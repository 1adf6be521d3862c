-- Readings whose plant and time are known with other values, as a run meets them.

-- Of a conflicting reading: plant, time and values. The same reading is recorded once, however often it comes.
ALTER TABLE $(schema).[quarantined_row] ADD natural_key NVARCHAR(200) COLLATE Latin1_General_BIN2 NULL;
ALTER TABLE $(schema).[etl_run] ADD conflicts INT NULL;
GO

CREATE UNIQUE INDEX uq_quarantined_row_natural ON $(schema).[quarantined_row] (table_name, natural_key)
  WHERE natural_key IS NOT NULL;
GO
