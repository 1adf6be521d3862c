import { jsonParameter, quoteSchema } from "@lmnh/plant-schema";
import { type LoadStatements, ledgerValues } from "./load-statements.js";
import { toNoticeRows, toRejectionRows } from "./rows.js";

/**
 * The load in T-SQL: one statement a table whatever the batch's size, fed by one JSON document (OPENJSON, SQL Server
 * 2016 and later). Times are text until the server casts them, so that no driver has a say in their milliseconds.
 */
export function mssqlStatements(schema: string | null): LoadStatements {
  const quoted = quoteSchema(schema);
  return {
    insertReadings: ({ readings }, { runId, startedAt }) =>
      readings.length === 0
        ? []
        : [{ sql: insertReadings(quoted), parameters: [jsonParameter(readings), startedAt, runId] }],

    recordNotices: ({ notices }) => {
      if (notices.length === 0) return [];
      const parameters = [jsonParameter(toNoticeRows(notices))];
      return [
        { sql: widenNotices(quoted), parameters },
        { sql: insertNotices(quoted), parameters },
      ];
    },

    recordRejections: ({ rejections }, { runId }) =>
      rejections.length === 0
        ? []
        : [
            {
              sql: insertRejections(quoted),
              parameters: [jsonParameter(toRejectionRows(rejections)), runId],
            },
          ],

    beginRun: ({ runId, startedAt }) => ({
      sql: `
INSERT INTO ${quoted}.[etl_run] (run_id, started_at, state)
SELECT @1, ${instant("@2")}, N'running'
WHERE NOT EXISTS (SELECT 1 FROM ${quoted}.[etl_run] WITH (UPDLOCK, HOLDLOCK) WHERE run_id = @1)`,
      parameters: [runId, startedAt],
    }),

    countLoaded: ({ runId, startedAt }) => ({
      sql: `
SELECT COUNT(*) AS loaded, COUNT(NULLIF(quality_flag, 0)) AS flagged
FROM ${quoted}.[plant_reading] WHERE ingested_at = ${instant("@2")} AND run_id = @1`,
      parameters: [runId, startedAt],
    }),

    finishRun: (report) => ({
      sql: `
UPDATE ${quoted}.[etl_run] SET finished_at = ${instant("@1")}, state = @2, asked = @3, loaded = @4, duplicates = @5,
  flagged = @6, not_found = @7, on_loan = @8, sensor_fault = @9, rejected = @10, failed = @11, report = @12
WHERE run_id = @13`,
      parameters: ledgerValues(report),
    }),

    failRun: ({ runId }, failedAt) => ({
      sql: `UPDATE ${quoted}.[etl_run] SET finished_at = ${instant("@1")}, state = N'failed' WHERE run_id = @2`,
      parameters: [failedAt, runId],
    }),
  };
}

const instant = (text: string) => `CONVERT(DATETIME2(3), ${text}, 127)`;

// ROW_NUMBER, because one document may hold a reading twice; the key range stays locked until the transaction ends.
const insertReadings = (schema: string) => `
INSERT INTO ${schema}.[plant_reading] (plant_id, soil_moisture, temperature, recording_taken, last_watered,
  quality_flag, ingested_at, run_id)
OUTPUT INSERTED.quality_flag
SELECT said.plant_id, said.soil_moisture, said.temperature, said.recording_taken, said.last_watered,
  said.quality_flag, ${instant("@2")}, @3
FROM (
  SELECT plant_id, soil_moisture, temperature, quality_flag,
    ${instant("recording_taken")} AS recording_taken, ${instant("last_watered")} AS last_watered,
    ROW_NUMBER() OVER (PARTITION BY plant_id, recording_taken ORDER BY plant_id) AS occurrence
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
    recording_taken NVARCHAR(30) '$.recordingTaken', last_watered NVARCHAR(30) '$.lastWatered',
    quality_flag INT '$.qualityFlag')
) AS said
WHERE said.occurrence = 1 AND NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant_reading] AS reading WITH (UPDLOCK, HOLDLOCK)
  WHERE reading.plant_id = said.plant_id AND reading.recording_taken = said.recording_taken)`;

const noticeSaid = `
  SELECT plant_id, kind, CONVERT(DATE, notice_date, 23) AS notice_date,
    ${instant("first_noticed")} AS first_noticed, ${instant("last_noticed")} AS last_noticed
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', kind NVARCHAR(20) '$.kind', notice_date NVARCHAR(10) '$.noticeDate',
    first_noticed NVARCHAR(30) '$.firstNoticed', last_noticed NVARCHAR(30) '$.lastNoticed')`;

const widenNotices = (schema: string) => `
UPDATE notice SET
  first_noticed = CASE WHEN said.first_noticed < notice.first_noticed THEN said.first_noticed ELSE notice.first_noticed END,
  last_noticed = CASE WHEN said.last_noticed > notice.last_noticed THEN said.last_noticed ELSE notice.last_noticed END
FROM ${schema}.[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
JOIN (${noticeSaid}) AS said
  ON said.plant_id = notice.plant_id AND said.kind = notice.kind AND said.notice_date = notice.notice_date
WHERE said.first_noticed < notice.first_noticed OR said.last_noticed > notice.last_noticed`;

const insertNotices = (schema: string) => `
INSERT INTO ${schema}.[plant_notice] (plant_id, kind, notice_date, first_noticed, last_noticed)
SELECT said.plant_id, said.kind, said.notice_date, said.first_noticed, said.last_noticed
FROM (${noticeSaid}) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
  WHERE notice.plant_id = said.plant_id AND notice.kind = said.kind AND notice.notice_date = said.notice_date)`;

const insertRejections = (schema: string) => `
INSERT INTO ${schema}.[plant_rejection] (plant_id, received_at, http_status, whole_answer, issues, body,
  body_encoding, body_bytes, digest, run_id)
SELECT said.plant_id, said.received_at, said.http_status, said.whole_answer, said.issues, said.body,
  said.body_encoding, said.body_bytes, said.digest, @2
FROM (
  SELECT plant_id, ${instant("received_at")} AS received_at, http_status, whole_answer, issues, body,
    body_encoding, body_bytes, digest
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', received_at NVARCHAR(30) '$.receivedAt', http_status INT '$.httpStatus',
    whole_answer INT '$.wholeAnswer', issues NVARCHAR(MAX) '$.issues', body NVARCHAR(MAX) '$.body',
    body_encoding NVARCHAR(8) '$.bodyEncoding', body_bytes INT '$.bodyBytes', digest NCHAR(64) '$.digest')
) AS said
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant_rejection] AS rejection WITH (UPDLOCK, HOLDLOCK)
  WHERE rejection.plant_id = said.plant_id AND rejection.digest = said.digest)`;
