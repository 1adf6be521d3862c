-- The archive's ledger: which file in the object store holds which readings.

CREATE TABLE $(schema).[archive_file] (
  archive_file_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_archive_file PRIMARY KEY,
  -- Where it is in the object store, to which a and A are two keys.
  object_key NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT uq_archive_file UNIQUE,
  -- The UTC hour of its readings, YYYY-MM-DDTHH.
  partition_hour NCHAR(13) NOT NULL,
  state NVARCHAR(16) NOT NULL
    CONSTRAINT ck_archive_file_state CHECK (state IN (N'claimed', N'verified', N'pruned', N'quarantined')),
  row_count INT NOT NULL,
  byte_count BIGINT NULL,
  digest NVARCHAR(128) NULL,
  run_id NVARCHAR(64) NOT NULL,
  -- NULL in a file that was restored here and claimed in another database.
  claimed_at DATETIME2(3) NULL,
  verified_at DATETIME2(3) NULL,
  pruned_at DATETIME2(3) NULL,
  -- Why it was set aside.
  reason NVARCHAR(MAX) NULL
);
CREATE INDEX ix_archive_file_state ON $(schema).[archive_file] (state, partition_hour);

-- How many readings the day's summary is made of.
CREATE TABLE $(schema).[daily_summary] (
  summary_date DATE NOT NULL CONSTRAINT pk_archive_day PRIMARY KEY,
  readings INT NOT NULL
);

-- NULL: no file has the reading. Without a default it is added without touching a row.
ALTER TABLE $(schema).[plant_reading] ADD archive_file_id BIGINT NULL;
GO

ALTER TABLE $(schema).[plant_reading] ADD CONSTRAINT fk_plant_reading_archive_file
  FOREIGN KEY (archive_file_id) REFERENCES $(schema).[archive_file] (archive_file_id);
-- What a file has, in the order in which it is written; what no file has, by plant and time.
CREATE INDEX ix_plant_reading_archive_file ON $(schema).[plant_reading] (archive_file_id, plant_id, recording_taken);
GO
