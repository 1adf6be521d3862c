-- The one archive that this database's readings go to. Absent before the first run.

CREATE TABLE $(schema).[archive_metadata] (
  archive_metadata_id INT NOT NULL CONSTRAINT pk_archive_identity PRIMARY KEY
    CONSTRAINT ck_archive_identity CHECK (archive_metadata_id = 1),
  -- What archive.json in the object store says, too.
  archive_id NVARCHAR(64) NOT NULL
);
GO
