-- The one archive that this database's readings go to. Absent before the first run.

CREATE TABLE archive_metadata (
  archive_metadata_id INTEGER NOT NULL PRIMARY KEY CHECK (archive_metadata_id = 1),
  -- What archive.json in the object store says, too.
  archive_id TEXT NOT NULL
);
