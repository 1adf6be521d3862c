-- unarchivedHours

SELECT counted.partition_hour, COUNT(*) AS row_count
FROM (
  SELECT REPLACE(LEFT(CONVERT(NVARCHAR(30), archived.recording_taken, 121), 13), N' ', N'T') AS partition_hour FROM [my]]schema].[plant_reading] AS archived
  WHERE archived.recording_taken < CONVERT(DATETIME2(3), @1, 127) AND NOT EXISTS (
    SELECT 1 FROM [my]]schema].[archive_file] AS covering
    WHERE covering.state IN (N'claimed', N'verified')
      AND covering.partition_hour = REPLACE(LEFT(CONVERT(NVARCHAR(30), archived.recording_taken, 121), 13), N' ', N'T')
      AND archived.plant_reading_id > covering.after_id AND archived.plant_reading_id <= covering.through_id)
) AS counted
GROUP BY counted.partition_hour ORDER BY counted.partition_hour

GO

-- files

SELECT archive_file_id, object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id FROM [my]]schema].[archive_file]  ORDER BY partition_hour, object_key

GO

SELECT archive_file_id, object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id FROM [my]]schema].[archive_file] WHERE state IN (@1, @2) AND partition_hour = @3 ORDER BY partition_hour, object_key

GO

SELECT archive_file_id, object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id FROM [my]]schema].[archive_file] WHERE partition_hour BETWEEN @1 AND @2 AND object_key = @3 ORDER BY partition_hour, object_key

GO

-- lockFile

SELECT archive_file_id, object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id FROM [my]]schema].[archive_file] WITH (UPDLOCK, HOLDLOCK)
WHERE archive_file_id = @1

GO

SELECT archive_file_id, object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id FROM [my]]schema].[archive_file] WITH (UPDLOCK, HOLDLOCK)
WHERE object_key = @1

GO

-- insertRestored

INSERT INTO [my]]schema].[archive_file] (object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id)
OUTPUT INSERTED.archive_file_id, INSERTED.object_key, INSERTED.partition_hour, INSERTED.state, INSERTED.after_id, INSERTED.through_id, INSERTED.row_count, INSERTED.byte_count, INSERTED.digest, INSERTED.run_id
VALUES (@1, @2, N'verified', @3, @4, @5, @6, @7, @8)

GO

-- claim

DECLARE @start DATETIME2(3) = CONVERT(DATETIME2(3), @1, 127), @end DATETIME2(3) = CONVERT(DATETIME2(3), @2, 127);
DECLARE @first BIGINT = (
  SELECT MIN(archived.plant_reading_id) FROM [my]]schema].[plant_reading] AS archived WITH (INDEX (ix_plant_reading_recording_taken))
  WHERE archived.recording_taken >= @start AND archived.recording_taken < @end
    AND NOT EXISTS (
    SELECT 1 FROM [my]]schema].[archive_file] AS covering
    WHERE covering.state IN (N'claimed', N'verified')
      AND covering.partition_hour = REPLACE(LEFT(CONVERT(NVARCHAR(30), archived.recording_taken, 121), 13), N' ', N'T')
      AND archived.plant_reading_id > covering.after_id AND archived.plant_reading_id <= covering.through_id));
DECLARE @last BIGINT = COALESCE((
  SELECT MIN(after_id) FROM [my]]schema].[archive_file]
  WHERE state IN (N'claimed', N'verified') AND partition_hour = @3 AND after_id >= @first), 9223372036854775807);
INSERT INTO [my]]schema].[archive_file] (object_key, partition_hour, state, after_id, through_id, row_count, run_id, claimed_at)
OUTPUT INSERTED.archive_file_id, INSERTED.object_key, INSERTED.partition_hour, INSERTED.state, INSERTED.after_id, INSERTED.through_id, INSERTED.row_count, INSERTED.byte_count, INSERTED.digest, INSERTED.run_id
SELECT @4, @3, N'claimed', MIN(id) - 1, MAX(id), COUNT(*), @5, CONVERT(DATETIME2(3), @6, 127)
FROM (
  SELECT TOP (@7) archived.plant_reading_id AS id FROM [my]]schema].[plant_reading] AS archived WITH (INDEX (ix_plant_reading_recording_taken))
  WHERE archived.recording_taken >= @start AND archived.recording_taken < @end AND archived.plant_reading_id BETWEEN @first AND @last
  ORDER BY archived.plant_reading_id
) AS claimed
HAVING COUNT(*) > 0 AND NOT EXISTS (
  SELECT 1 FROM [my]]schema].[archive_file] WHERE object_key = @4 AND partition_hour = @3 AND run_id = @5);

GO

-- subtractRows

UPDATE [my]]schema].[archive_file] SET row_count = row_count - @1
OUTPUT INSERTED.archive_file_id, INSERTED.object_key, INSERTED.partition_hour, INSERTED.state, INSERTED.after_id, INSERTED.through_id, INSERTED.row_count, INSERTED.byte_count, INSERTED.digest, INSERTED.run_id
WHERE archive_file_id = @2

GO

-- deleteFile

DELETE FROM [my]]schema].[archive_file]
OUTPUT DELETED.archive_file_id, DELETED.object_key, DELETED.partition_hour, DELETED.state, DELETED.after_id, DELETED.through_id, DELETED.row_count, DELETED.byte_count, DELETED.digest, DELETED.run_id
WHERE archive_file_id = @1

GO

-- markVerified

UPDATE [my]]schema].[archive_file] SET state = N'verified', byte_count = @1, digest = @2, verified_at = CONVERT(DATETIME2(3), @3, 127)
OUTPUT INSERTED.archive_file_id, INSERTED.object_key, INSERTED.partition_hour, INSERTED.state, INSERTED.after_id, INSERTED.through_id, INSERTED.row_count, INSERTED.byte_count, INSERTED.digest, INSERTED.run_id
WHERE archive_file_id = @4 AND object_key = @5 AND state = N'claimed' AND row_count = @6

GO

-- markPruned

UPDATE [my]]schema].[archive_file] SET state = N'pruned', pruned_at = CONVERT(DATETIME2(3), @1, 127)
WHERE archive_file_id = @2 AND object_key = @3 AND state = N'verified' AND after_id = @4 AND through_id = @5
  AND @@ROWCOUNT = @6

GO

-- markRestored

UPDATE [my]]schema].[archive_file] SET state = N'verified', pruned_at = NULL, after_id = @1, through_id = @2
OUTPUT INSERTED.archive_file_id, INSERTED.object_key, INSERTED.partition_hour, INSERTED.state, INSERTED.after_id, INSERTED.through_id, INSERTED.row_count, INSERTED.byte_count, INSERTED.digest, INSERTED.run_id
WHERE archive_file_id = @3 AND state = N'pruned'

GO

-- markQuarantined

UPDATE [my]]schema].[archive_file] SET state = N'quarantined', reason = @1
OUTPUT INSERTED.archive_file_id, INSERTED.object_key, INSERTED.partition_hour, INSERTED.state, INSERTED.after_id, INSERTED.through_id, INSERTED.row_count, INSERTED.byte_count, INSERTED.digest, INSERTED.run_id
WHERE archive_file_id = @2 AND state IN (N'claimed', N'verified')

GO

-- rowsInRange

SELECT TOP (@6) archived.plant_reading_id, archived.plant_id, archived.recording_taken, archived.soil_moisture, archived.temperature, archived.last_watered, archived.quality_flag, archived.ingested_at, archived.run_id FROM [my]]schema].[plant_reading] AS archived
WHERE archived.recording_taken >= CONVERT(DATETIME2(3), @1, 127) AND archived.recording_taken < CONVERT(DATETIME2(3), @2, 127) AND archived.plant_reading_id > @3 AND archived.plant_reading_id <= @4 AND archived.plant_reading_id > @5
ORDER BY archived.plant_reading_id
OPTION (RECOMPILE)

GO

SELECT TOP (@6) archived.plant_reading_id, archived.plant_id, archived.recording_taken, archived.soil_moisture, archived.temperature, archived.last_watered, archived.quality_flag, archived.ingested_at, archived.run_id FROM [my]]schema].[plant_reading] AS archived WITH (UPDLOCK, HOLDLOCK)
WHERE archived.recording_taken >= CONVERT(DATETIME2(3), @1, 127) AND archived.recording_taken < CONVERT(DATETIME2(3), @2, 127) AND archived.plant_reading_id > @3 AND archived.plant_reading_id <= @4 AND archived.plant_reading_id > @5
ORDER BY archived.plant_reading_id
OPTION (RECOMPILE)

GO

-- deleteRange

DELETE archived FROM [my]]schema].[plant_reading] AS archived WHERE archived.recording_taken >= CONVERT(DATETIME2(3), @1, 127) AND archived.recording_taken < CONVERT(DATETIME2(3), @2, 127) AND archived.plant_reading_id > @3 AND archived.plant_reading_id <= @4
OPTION (RECOMPILE)

GO

-- idsInRange

SELECT COUNT(*) AS row_count, MIN(archived.plant_reading_id) AS first_id, MAX(archived.plant_reading_id) AS last_id
FROM [my]]schema].[plant_reading] AS archived WHERE archived.recording_taken >= CONVERT(DATETIME2(3), @1, 127) AND archived.recording_taken < CONVERT(DATETIME2(3), @2, 127) AND archived.plant_reading_id > @3 AND archived.plant_reading_id <= @4
OPTION (RECOMPILE)

GO

-- lastId

SELECT COALESCE(MAX(archived.plant_reading_id), 0) AS id FROM [my]]schema].[plant_reading] AS archived

GO

-- uncommittedReadings

SELECT TOP (@3) plant_reading_id, plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag, ingested_at, run_id FROM (
  SELECT archived.plant_reading_id, archived.plant_id, archived.recording_taken, archived.soil_moisture, archived.temperature, archived.last_watered, archived.quality_flag, archived.ingested_at, archived.run_id FROM [my]]schema].[plant_reading] AS archived
  WHERE archived.recording_taken >= CONVERT(DATETIME2(3), @1, 127) AND archived.recording_taken < CONVERT(DATETIME2(3), @2, 127) AND NOT EXISTS (
    SELECT 1 FROM [my]]schema].[archive_file] AS covering
    WHERE covering.state IN (N'verified')
      AND covering.partition_hour = REPLACE(LEFT(CONVERT(NVARCHAR(30), archived.recording_taken, 121), 13), N' ', N'T')
      AND archived.plant_reading_id > covering.after_id AND archived.plant_reading_id <= covering.through_id)
    AND archived.plant_id = @4 AND archived.recording_taken > CONVERT(DATETIME2(3), @5, 127)
  UNION ALL
  SELECT archived.plant_reading_id, archived.plant_id, archived.recording_taken, archived.soil_moisture, archived.temperature, archived.last_watered, archived.quality_flag, archived.ingested_at, archived.run_id FROM [my]]schema].[plant_reading] AS archived
  WHERE archived.recording_taken >= CONVERT(DATETIME2(3), @1, 127) AND archived.recording_taken < CONVERT(DATETIME2(3), @2, 127) AND NOT EXISTS (
    SELECT 1 FROM [my]]schema].[archive_file] AS covering
    WHERE covering.state IN (N'verified')
      AND covering.partition_hour = REPLACE(LEFT(CONVERT(NVARCHAR(30), archived.recording_taken, 121), 13), N' ', N'T')
      AND archived.plant_reading_id > covering.after_id AND archived.plant_reading_id <= covering.through_id)
    AND archived.plant_id > @4
) AS page
ORDER BY plant_id, recording_taken
OPTION (RECOMPILE)

GO

-- rowsWithSameKeys

SELECT archived.plant_reading_id, archived.plant_id, archived.recording_taken, archived.soil_moisture, archived.temperature, archived.last_watered, archived.quality_flag, archived.ingested_at, archived.run_id FROM (
  SELECT plant_id, CONVERT(DATETIME2(3), recording_taken, 127) AS recording_taken
  FROM OPENJSON(@1) WITH (plant_id INT, recording_taken NVARCHAR(30))
) AS given
JOIN [my]]schema].[plant_reading] AS archived WITH (UPDLOCK, HOLDLOCK)
  ON archived.plant_id = given.plant_id AND archived.recording_taken = given.recording_taken

GO

-- deleteRows

DELETE archived FROM [my]]schema].[plant_reading] AS archived WHERE archived.plant_reading_id IN (SELECT number FROM OPENJSON(@1) WITH (number BIGINT '$'))

GO

-- insertQuarantined

INSERT INTO [my]]schema].[quarantined_row] (table_name, row_id, reason, content, natural_key)
SELECT @1, row_id, @2, content, natural_key
FROM OPENJSON(@3) WITH (
  row_id BIGINT '$.rowId', content NVARCHAR(MAX) '$.content' AS JSON, natural_key NVARCHAR(200) '$.naturalKey') AS given
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[quarantined_row] AS kept WITH (UPDLOCK, HOLDLOCK)
  WHERE kept.table_name = @1 AND kept.natural_key = given.natural_key COLLATE Latin1_General_BIN2)

GO

-- usedIds

SELECT archived.plant_reading_id AS id FROM [my]]schema].[plant_reading] AS archived WHERE archived.plant_reading_id IN (SELECT number FROM OPENJSON(@1) WITH (number BIGINT '$'))

GO

-- knownPlants

SELECT plant_id FROM [my]]schema].[plant] WHERE plant_id IN (SELECT number FROM OPENJSON(@1) WITH (number BIGINT '$'))

GO

-- insertRows

SET IDENTITY_INSERT [my]]schema].[plant_reading] ON;
INSERT INTO [my]]schema].[plant_reading] (plant_reading_id, plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag, ingested_at, run_id)
SELECT plant_reading_id, plant_id, CONVERT(DATETIME2(3), recording_taken, 127) AS recording_taken, soil_moisture, temperature, CONVERT(DATETIME2(3), last_watered, 127) AS last_watered, quality_flag, CONVERT(DATETIME2(3), ingested_at, 127) AS ingested_at, run_id
FROM OPENJSON(@1) WITH (plant_reading_id BIGINT, plant_id INT, recording_taken NVARCHAR(30), soil_moisture FLOAT, temperature FLOAT, last_watered NVARCHAR(30), quality_flag INT, ingested_at NVARCHAR(30), run_id NVARCHAR(64));
SET IDENTITY_INSERT [my]]schema].[plant_reading] OFF;

GO

INSERT INTO [my]]schema].[plant_reading] (plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag, ingested_at, run_id)
SELECT plant_id, CONVERT(DATETIME2(3), recording_taken, 127) AS recording_taken, soil_moisture, temperature, CONVERT(DATETIME2(3), last_watered, 127) AS last_watered, quality_flag, CONVERT(DATETIME2(3), ingested_at, 127) AS ingested_at, run_id
FROM OPENJSON(@1) WITH (plant_id INT, recording_taken NVARCHAR(30), soil_moisture FLOAT, temperature FLOAT, last_watered NVARCHAR(30), quality_flag INT, ingested_at NVARCHAR(30), run_id NVARCHAR(64))

GO

-- days

SELECT counted.day, SUM(counted.readings) AS readings, COALESCE(MAX(summary.readings), 0) AS summarized
FROM (
  SELECT LEFT(partition_hour, 10) AS day, row_count AS readings
  FROM [my]]schema].[archive_file] WHERE state IN (N'verified', N'pruned')
  UNION ALL
  SELECT CONVERT(NVARCHAR(10), CAST(archived.recording_taken AS DATE), 23), COUNT(*)
  FROM [my]]schema].[plant_reading] AS archived
  WHERE archived.recording_taken < CONVERT(DATE, @1, 23) AND NOT EXISTS (
    SELECT 1 FROM [my]]schema].[archive_file] AS covering
    WHERE covering.state IN (N'verified')
      AND covering.partition_hour = REPLACE(LEFT(CONVERT(NVARCHAR(30), archived.recording_taken, 121), 13), N' ', N'T')
      AND archived.plant_reading_id > covering.after_id AND archived.plant_reading_id <= covering.through_id)
  GROUP BY CAST(archived.recording_taken AS DATE)
) AS counted
LEFT JOIN [my]]schema].[daily_summary] AS summary ON summary.summary_date = CONVERT(DATE, counted.day, 23)
WHERE counted.day < @1
GROUP BY counted.day ORDER BY counted.day

GO

-- archiveId

SELECT archive_id FROM [my]]schema].[archive_metadata]

GO

-- writeArchiveId

UPDATE [my]]schema].[archive_metadata] SET archive_id = @1, verified_at = NULL WHERE archive_metadata_id = 1;
INSERT INTO [my]]schema].[archive_metadata] (archive_metadata_id, archive_id)
SELECT 1, @1
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[archive_metadata] WITH (UPDLOCK, HOLDLOCK) WHERE archive_metadata_id = 1);

GO

INSERT INTO [my]]schema].[archive_metadata] (archive_metadata_id, archive_id)
SELECT 1, @1
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[archive_metadata] WITH (UPDLOCK, HOLDLOCK) WHERE archive_metadata_id = 1);

GO

-- verifiedAt

SELECT CONVERT(NVARCHAR(23), verified_at, 126) + N'Z' AS verified_at FROM [my]]schema].[archive_metadata]

GO

-- writeVerifiedAt

UPDATE [my]]schema].[archive_metadata] SET verified_at = CONVERT(DATETIME2(3), @1, 127)
WHERE verified_at IS NULL OR verified_at < CONVERT(DATETIME2(3), @1, 127)

GO

-- markSummarized

UPDATE [my]]schema].[daily_summary] SET readings = @2
WHERE summary_date = CONVERT(DATE, @1, 23) AND readings < @2;
INSERT INTO [my]]schema].[daily_summary] (summary_date, readings)
SELECT CONVERT(DATE, @1, 23), @2
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[daily_summary] WITH (UPDLOCK, HOLDLOCK) WHERE summary_date = CONVERT(DATE, @1, 23));
