-- The archive's ledger: which file in the object store holds which readings.

CREATE TABLE archive_file (
  archive_file_id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Where it is in the object store.
  object_key TEXT NOT NULL UNIQUE,
  -- The UTC hour of its readings.
  partition_hour TEXT NOT NULL CHECK (partition_hour GLOB '????-??-??T??'),
  state TEXT NOT NULL CHECK (state IN ('claimed', 'verified', 'pruned', 'quarantined')),
  row_count INTEGER NOT NULL,
  byte_count INTEGER,
  digest TEXT,
  run_id TEXT NOT NULL,
  -- NULL in a file that was restored here and claimed in another database.
  claimed_at TEXT,
  verified_at TEXT,
  pruned_at TEXT,
  -- Why it was set aside.
  reason TEXT
);
CREATE INDEX archive_file_state ON archive_file (state, partition_hour);

-- How many readings the day's summary is made of.
CREATE TABLE daily_summary (
  summary_date TEXT NOT NULL PRIMARY KEY,
  readings INTEGER NOT NULL
);

-- NULL: no file has the reading.
ALTER TABLE plant_reading ADD COLUMN archive_file_id INTEGER REFERENCES archive_file (archive_file_id);
-- What a file has, in the order in which it is written; what no file has, by plant and time.
CREATE INDEX plant_reading_archive_file ON plant_reading (archive_file_id, plant_id, recording_taken);
