INSERT INTO [my]]schema].[plant_reading] (plant_id, soil_moisture, temperature, recording_taken, last_watered,
  quality_flag, ingested_at, run_id)
OUTPUT INSERTED.quality_flag
SELECT said.plant_id, said.soil_moisture, said.temperature, said.recording_taken, said.last_watered,
  said.quality_flag, CONVERT(DATETIME2(3), @2, 127), @3
FROM (
  SELECT plant_id, soil_moisture, temperature, quality_flag,
    CONVERT(DATETIME2(3), recording_taken, 127) AS recording_taken, CONVERT(DATETIME2(3), last_watered, 127) AS last_watered,
    ROW_NUMBER() OVER (PARTITION BY plant_id, recording_taken ORDER BY plant_id) AS occurrence
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
    recording_taken NVARCHAR(30) '$.recordingTaken', last_watered NVARCHAR(30) '$.lastWatered',
    quality_flag INT '$.qualityFlag')
) AS said
WHERE said.occurrence = 1 AND NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_reading] AS reading WITH (UPDLOCK, HOLDLOCK)
  WHERE reading.plant_id = said.plant_id AND reading.recording_taken = said.recording_taken)

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

INSERT INTO [my]]schema].[plant_rejection] (plant_id, received_at, http_status, whole_answer, issues, body,
  body_encoding, body_bytes, digest, run_id)
SELECT said.plant_id, said.received_at, said.http_status, said.whole_answer, said.issues, said.body,
  said.body_encoding, said.body_bytes, said.digest, @2
FROM (
  SELECT plant_id, CONVERT(DATETIME2(3), received_at, 127) AS received_at, http_status, whole_answer, issues, body,
    body_encoding, body_bytes, digest
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', received_at NVARCHAR(30) '$.receivedAt', http_status INT '$.httpStatus',
    whole_answer INT '$.wholeAnswer', issues NVARCHAR(MAX) '$.issues', body NVARCHAR(MAX) '$.body',
    body_encoding NVARCHAR(8) '$.bodyEncoding', body_bytes INT '$.bodyBytes', digest NCHAR(64) '$.digest')
) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM [my]]schema].[plant_rejection] AS rejection WITH (UPDLOCK, HOLDLOCK)
  WHERE rejection.plant_id = said.plant_id AND rejection.digest = said.digest)

GO

INSERT INTO [my]]schema].[etl_run] (run_id, started_at, state)
SELECT @1, CONVERT(DATETIME2(3), @2, 127), N'running'
WHERE NOT EXISTS (SELECT 1 FROM [my]]schema].[etl_run] WITH (UPDLOCK, HOLDLOCK) WHERE run_id = @1)
