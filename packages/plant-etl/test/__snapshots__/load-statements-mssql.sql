INSERT INTO [my]]schema].[plant_reading] (plant_id, soil_moisture, temperature, recording_taken, last_watered,
  quality_flag, ingested_at, run_id)
OUTPUT INSERTED.quality_flag
SELECT said.plant_id, said.soil_moisture, said.temperature, said.recording_taken, said.last_watered,
  said.quality_flag, CONVERT(DATETIME2(3), @2, 127), @3
FROM (
  SELECT plant_id, soil_moisture, temperature, quality_flag,
    CONVERT(DATETIME2(3), recording_taken, 127) AS recording_taken, CONVERT(DATETIME2(3), last_watered, 127) AS last_watered,
    ROW_NUMBER() OVER (PARTITION BY plant_id, recording_taken ORDER BY place) AS occurrence
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
    recording_taken NVARCHAR(30) '$.recordingTaken', last_watered NVARCHAR(30) '$.lastWatered',
    quality_flag INT '$.qualityFlag', place INT '$.place')
) AS said
WHERE said.occurrence = 1 AND NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_reading] AS reading WITH (UPDLOCK, HOLDLOCK)
  WHERE reading.plant_id = said.plant_id AND reading.recording_taken = said.recording_taken);
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
  WHERE (reading.soil_moisture <> given.soil_moisture OR reading.temperature <> given.temperature
    OR reading.last_watered <> given.last_watered
    OR (reading.last_watered IS NULL AND given.last_watered IS NOT NULL)
    OR (reading.last_watered IS NOT NULL AND given.last_watered IS NULL));
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
  WHERE (reading.soil_moisture <> given.soil_moisture OR reading.temperature <> given.temperature
    OR reading.last_watered <> given.last_watered
    OR (reading.last_watered IS NULL AND given.last_watered IS NOT NULL)
    OR (reading.last_watered IS NOT NULL AND given.last_watered IS NULL))
    AND NOT EXISTS (
      SELECT 1 FROM [my]]schema].[quarantined_row] AS kept WITH (UPDLOCK, HOLDLOCK)
      WHERE kept.table_name = N'plant_reading' AND kept.natural_key = given.natural_key COLLATE Latin1_General_BIN2)
  GROUP BY given.natural_key
END

GO

UPDATE notice SET
  first_noticed = CASE WHEN said.first_noticed < notice.first_noticed THEN said.first_noticed ELSE notice.first_noticed END,
  last_noticed = CASE WHEN said.last_noticed > notice.last_noticed THEN said.last_noticed ELSE notice.last_noticed END
FROM [my]]schema].[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
JOIN (
  SELECT plant_id, kind, CONVERT(DATE, notice_date, 23) AS notice_date,
    CONVERT(DATETIME2(3), first_noticed, 127) AS first_noticed, CONVERT(DATETIME2(3), last_noticed, 127) AS last_noticed
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', kind NVARCHAR(20) '$.kind', notice_date NVARCHAR(10) '$.noticeDate',
    first_noticed NVARCHAR(30) '$.firstNoticed', last_noticed NVARCHAR(30) '$.lastNoticed')) AS said
  ON said.plant_id = notice.plant_id AND said.kind = notice.kind AND said.notice_date = notice.notice_date
WHERE said.first_noticed < notice.first_noticed OR said.last_noticed > notice.last_noticed

GO

INSERT INTO [my]]schema].[plant_notice] (plant_id, kind, notice_date, first_noticed, last_noticed)
SELECT said.plant_id, said.kind, said.notice_date, said.first_noticed, said.last_noticed
FROM (
  SELECT plant_id, kind, CONVERT(DATE, notice_date, 23) AS notice_date,
    CONVERT(DATETIME2(3), first_noticed, 127) AS first_noticed, CONVERT(DATETIME2(3), last_noticed, 127) AS last_noticed
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', kind NVARCHAR(20) '$.kind', notice_date NVARCHAR(10) '$.noticeDate',
    first_noticed NVARCHAR(30) '$.firstNoticed', last_noticed NVARCHAR(30) '$.lastNoticed')) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
  WHERE notice.plant_id = said.plant_id AND notice.kind = said.kind AND notice.notice_date = said.notice_date)

GO

INSERT INTO [my]]schema].[plant_rejection] (plant_id, received_at, http_status, reading_rejected, issues, body,
  body_encoding, body_bytes, digest, run_id)
SELECT said.plant_id, said.received_at, said.http_status, said.reading_rejected, said.issues, said.body,
  said.body_encoding, said.body_bytes, said.digest, @2
FROM (
  SELECT plant_id, CONVERT(DATETIME2(3), received_at, 127) AS received_at, http_status, reading_rejected, issues, body,
    body_encoding, body_bytes, digest
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', received_at NVARCHAR(30) '$.receivedAt', http_status INT '$.httpStatus',
    reading_rejected INT '$.readingRejected', issues NVARCHAR(MAX) '$.issues', body NVARCHAR(MAX) '$.body',
    body_encoding NVARCHAR(8) '$.bodyEncoding', body_bytes INT '$.bodyBytes', digest NCHAR(64) '$.digest')
) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_rejection] AS rejection WITH (UPDLOCK, HOLDLOCK)
  WHERE rejection.plant_id = said.plant_id AND rejection.digest = said.digest)

GO

UPDATE [my]]schema].[etl_run] SET state = N'failed', outcome = N'failed', reason = N'abandoned'
WHERE state = N'running' AND started_at < CONVERT(DATETIME2(3), @3, 127);
INSERT INTO [my]]schema].[etl_run] (run_id, started_at, state)
SELECT @1, CONVERT(DATETIME2(3), @2, 127), N'running'
WHERE NOT EXISTS (SELECT 1 FROM [my]]schema].[etl_run] WITH (UPDLOCK, HOLDLOCK) WHERE run_id = @1)
