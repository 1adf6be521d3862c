INSERT INTO [my]]schema].[plant_reading] (plant_id, soil_moisture, temperature, recording_taken, last_watered,
  quality_flag, ingested_at, run_id)
OUTPUT INSERTED.quality_flag
SELECT given.plant_id, given.soil_moisture, given.temperature, given.recording_taken, given.last_watered,
  given.quality_flag, CONVERT(DATETIME2(3), @2, 127), @3
FROM (
  SELECT plant_id, soil_moisture, temperature, quality_flag,
    CONVERT(DATETIME2(3), recording_taken, 127) AS recording_taken, CONVERT(DATETIME2(3), last_watered, 127) AS last_watered,
    ROW_NUMBER() OVER (PARTITION BY plant_id, recording_taken ORDER BY batch_index) AS occurrence
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
    recording_taken NVARCHAR(30) '$.recordingTaken', last_watered NVARCHAR(30) '$.lastWatered',
    quality_flag INT '$.qualityFlag', batch_index INT '$.batchIndex')
) AS given
WHERE given.occurrence = 1 AND NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_reading] AS reading WITH (UPDLOCK, HOLDLOCK)
  WHERE reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken);
IF @@ROWCOUNT < CAST(@4 AS INT)
BEGIN

  SELECT COUNT(*) AS conflicts 
  FROM (
    SELECT plant_id, soil_moisture, temperature, recording_text, last_watered_text, soil_text, temperature_text,
      quality_flag, CONVERT(DATETIME2(3), recording_text, 127) AS recording_taken, CONVERT(DATETIME2(3), last_watered_text, 127) AS last_watered,
      CONCAT(plant_id, N' ', recording_text, N' ', soil_text, N' ', temperature_text, N' ',
        COALESCE(last_watered_text, N'-')) AS natural_key
    FROM OPENJSON(@1) WITH (
      plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
      soil_text NVARCHAR(40) '$.soilMoisture', temperature_text NVARCHAR(40) '$.temperature',
      recording_text NVARCHAR(30) '$.recordingTaken', last_watered_text NVARCHAR(30) '$.lastWatered',
      quality_flag INT '$.qualityFlag')
  ) AS given
  JOIN [my]]schema].[plant_reading] AS reading
    ON reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken
  WHERE (reading.soil_moisture <> given.soil_moisture OR (reading.soil_moisture IS NULL AND given.soil_moisture IS NOT NULL) OR (reading.soil_moisture IS NOT NULL AND given.soil_moisture IS NULL)
    OR reading.temperature <> given.temperature OR (reading.temperature IS NULL AND given.temperature IS NOT NULL) OR (reading.temperature IS NOT NULL AND given.temperature IS NULL)
    OR reading.last_watered <> given.last_watered OR (reading.last_watered IS NULL AND given.last_watered IS NOT NULL) OR (reading.last_watered IS NOT NULL AND given.last_watered IS NULL));
  INSERT INTO [my]]schema].[quarantined_row] (table_name, row_id, kept_row_id, reason, content, natural_key)
  SELECT N'plant_reading', MIN(reading.plant_reading_id), MIN(reading.plant_reading_id), N'conflicting reading',
    MIN(CONCAT(N'{"plant_id":', given.plant_id, N',"soil_moisture":', given.soil_text,
      N',"temperature":', given.temperature_text, N',"recording_taken":"', given.recording_text,
      N'","last_watered":', COALESCE(N'"' + given.last_watered_text + N'"', N'null'),
      N',"quality_flag":', given.quality_flag, N',"ingested_at":"', @2,
      N'","run_id":"', STRING_ESCAPE(@3, N'json'), N'"}')),
    given.natural_key
  
  FROM (
    SELECT plant_id, soil_moisture, temperature, recording_text, last_watered_text, soil_text, temperature_text,
      quality_flag, CONVERT(DATETIME2(3), recording_text, 127) AS recording_taken, CONVERT(DATETIME2(3), last_watered_text, 127) AS last_watered,
      CONCAT(plant_id, N' ', recording_text, N' ', soil_text, N' ', temperature_text, N' ',
        COALESCE(last_watered_text, N'-')) AS natural_key
    FROM OPENJSON(@1) WITH (
      plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
      soil_text NVARCHAR(40) '$.soilMoisture', temperature_text NVARCHAR(40) '$.temperature',
      recording_text NVARCHAR(30) '$.recordingTaken', last_watered_text NVARCHAR(30) '$.lastWatered',
      quality_flag INT '$.qualityFlag')
  ) AS given
  JOIN [my]]schema].[plant_reading] AS reading
    ON reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken
  WHERE (reading.soil_moisture <> given.soil_moisture OR (reading.soil_moisture IS NULL AND given.soil_moisture IS NOT NULL) OR (reading.soil_moisture IS NOT NULL AND given.soil_moisture IS NULL)
    OR reading.temperature <> given.temperature OR (reading.temperature IS NULL AND given.temperature IS NOT NULL) OR (reading.temperature IS NOT NULL AND given.temperature IS NULL)
    OR reading.last_watered <> given.last_watered OR (reading.last_watered IS NULL AND given.last_watered IS NOT NULL) OR (reading.last_watered IS NOT NULL AND given.last_watered IS NULL))
    AND NOT EXISTS (
      SELECT 1 FROM [my]]schema].[quarantined_row] AS kept WITH (UPDLOCK, HOLDLOCK)
      WHERE kept.table_name = N'plant_reading' AND kept.natural_key = given.natural_key COLLATE Latin1_General_BIN2)
  GROUP BY given.natural_key
END

GO

UPDATE notice SET
  first_noticed = CASE WHEN given.first_noticed < notice.first_noticed THEN given.first_noticed ELSE notice.first_noticed END,
  last_noticed = CASE WHEN given.last_noticed > notice.last_noticed THEN given.last_noticed ELSE notice.last_noticed END
FROM [my]]schema].[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT plant_id, kind, CONVERT(DATE, notice_date, 23) AS notice_date,
    CONVERT(DATETIME2(3), first_noticed, 127) AS first_noticed, CONVERT(DATETIME2(3), last_noticed, 127) AS last_noticed
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', kind NVARCHAR(20) '$.kind', notice_date NVARCHAR(10) '$.noticeDate',
    first_noticed NVARCHAR(30) '$.firstNoticed', last_noticed NVARCHAR(30) '$.lastNoticed')) AS given
  ON given.plant_id = notice.plant_id AND given.kind = notice.kind AND given.notice_date = notice.notice_date
WHERE given.first_noticed < notice.first_noticed OR given.last_noticed > notice.last_noticed

GO

INSERT INTO [my]]schema].[plant_notice] (plant_id, kind, notice_date, first_noticed, last_noticed)
SELECT given.plant_id, given.kind, given.notice_date, given.first_noticed, given.last_noticed
FROM (
  SELECT plant_id, kind, CONVERT(DATE, notice_date, 23) AS notice_date,
    CONVERT(DATETIME2(3), first_noticed, 127) AS first_noticed, CONVERT(DATETIME2(3), last_noticed, 127) AS last_noticed
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', kind NVARCHAR(20) '$.kind', notice_date NVARCHAR(10) '$.noticeDate',
    first_noticed NVARCHAR(30) '$.firstNoticed', last_noticed NVARCHAR(30) '$.lastNoticed')) AS given
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
  WHERE notice.plant_id = given.plant_id AND notice.kind = given.kind AND notice.notice_date = given.notice_date)

GO

INSERT INTO [my]]schema].[plant_rejection] (plant_id, received_at, http_status, reading_rejected, issues, body,
  body_encoding, body_bytes, digest, run_id)
SELECT given.plant_id, given.received_at, given.http_status, given.reading_rejected, given.issues, given.body,
  given.body_encoding, given.body_bytes, given.digest, @2
FROM (
  SELECT plant_id, CONVERT(DATETIME2(3), received_at, 127) AS received_at, http_status, reading_rejected, issues, body,
    body_encoding, body_bytes, digest
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', received_at NVARCHAR(30) '$.receivedAt', http_status INT '$.httpStatus',
    reading_rejected INT '$.readingRejected', issues NVARCHAR(MAX) '$.issues', body NVARCHAR(MAX) '$.body',
    body_encoding NVARCHAR(8) '$.bodyEncoding', body_bytes INT '$.bodyBytes', digest NCHAR(64) '$.digest')
) AS given
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_rejection] AS rejection WITH (UPDLOCK, HOLDLOCK)
  WHERE rejection.plant_id = given.plant_id AND rejection.digest = given.digest)

GO

UPDATE [my]]schema].[etl_run] SET state = N'failed', outcome = N'failed', reason = N'abandoned'
WHERE state = N'running' AND started_at < CONVERT(DATETIME2(3), @3, 127);
INSERT INTO [my]]schema].[etl_run] (run_id, started_at, state)
SELECT @1, CONVERT(DATETIME2(3), @2, 127), N'running'
WHERE NOT EXISTS (SELECT 1 FROM [my]]schema].[etl_run] WITH (UPDLOCK, HOLDLOCK) WHERE run_id = @1)

GO

SELECT quality_flag, COUNT(*) AS readings
FROM [my]]schema].[plant_reading] WHERE ingested_at = CONVERT(DATETIME2(3), @2, 127) AND run_id = @1 GROUP BY quality_flag

GO

UPDATE [my]]schema].[etl_run] SET finished_at = CONVERT(DATETIME2(3), @1, 127), state = @2, outcome = @3, reason = @4, exit_code = @5,
  requested = @6, loaded = @7, duplicates = @8, conflicts = @9, flagged = @10, not_found = @11, on_loan = @12,
  sensor_fault = @13, rejected = @14, failed = @15, report = @16
WHERE run_id = @17;
DECLARE @deleted TABLE (loaded INT, duplicates INT, conflicts INT, not_found INT, on_loan INT, sensor_fault INT, rejected INT, failed INT);
DELETE TOP (500) FROM [my]]schema].[etl_run]
OUTPUT deleted.loaded, deleted.duplicates, deleted.conflicts, deleted.not_found, deleted.on_loan, deleted.sensor_fault, deleted.rejected, deleted.failed INTO @deleted
WHERE started_at < CONVERT(DATETIME2(3), @18, 127);
IF @@ROWCOUNT > 0
UPDATE [my]]schema].[pruned_run_total] SET
  loaded = loaded + (SELECT ISNULL(SUM(CAST(loaded AS BIGINT)), 0) FROM @deleted),
  duplicates = duplicates + (SELECT ISNULL(SUM(CAST(duplicates AS BIGINT)), 0) FROM @deleted),
  conflicts = conflicts + (SELECT ISNULL(SUM(CAST(conflicts AS BIGINT)), 0) FROM @deleted),
  not_found = not_found + (SELECT ISNULL(SUM(CAST(not_found AS BIGINT)), 0) FROM @deleted),
  on_loan = on_loan + (SELECT ISNULL(SUM(CAST(on_loan AS BIGINT)), 0) FROM @deleted),
  sensor_fault = sensor_fault + (SELECT ISNULL(SUM(CAST(sensor_fault AS BIGINT)), 0) FROM @deleted),
  rejected = rejected + (SELECT ISNULL(SUM(CAST(rejected AS BIGINT)), 0) FROM @deleted),
  failed = failed + (SELECT ISNULL(SUM(CAST(failed AS BIGINT)), 0) FROM @deleted)

GO

UPDATE [my]]schema].[etl_run] SET finished_at = CONVERT(DATETIME2(3), @1, 127), state = N'failed', outcome = N'failed', reason = @2,
  exit_code = @3
WHERE run_id = @4
