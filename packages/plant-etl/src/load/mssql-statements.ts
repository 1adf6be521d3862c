import { conflictReason, readingValueColumns } from "@lmnh/plant-schema/internal";
import { jsonParameter, quoteSchema } from "@lmnh/plant-schema/internal/sql";
import type { Reading } from "../batch.js";
import {
  abandonedBefore,
  keptCounts,
  type LoadStatements,
  maxDeletedRuns,
  runValues,
} from "./load-statements.js";
import { toNoticeRows, toRejectionRows } from "./row-mapping.js";

/**
 * The load in T-SQL: one statement per table, whatever the size of the batch, with one JSON document as its parameter
 * (OPENJSON, SQL Server 2016 and later). The server casts times from text, because drivers round them.
 */
export function mssqlStatements(schema: string | null): LoadStatements {
  const quoted = quoteSchema(schema);
  return {
    insertReadings: ({ readings }, { runId, startedAt }) =>
      readings.length === 0
        ? []
        : [
            {
              sql: insertReadings(quoted),
              parameters: [
                jsonParameter(readings.map(withBatchIndex)),
                startedAt,
                runId,
                String(readings.length),
              ],
            },
          ],

    // Part of `insertReadings`, so that a batch stays one round trip.
    recordConflicts: () => [],

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

    // One statement, so that the start of a run is one round trip.
    beginRun: (run) => [
      {
        sql: `
UPDATE ${quoted}.[etl_run] SET state = N'failed', outcome = N'failed', reason = N'abandoned'
WHERE state = N'running' AND started_at < ${instant("@3")};
INSERT INTO ${quoted}.[etl_run] (run_id, started_at, state)
SELECT @1, ${instant("@2")}, N'running'
WHERE NOT EXISTS (SELECT 1 FROM ${quoted}.[etl_run] WITH (UPDLOCK, HOLDLOCK) WHERE run_id = @1)`,
        parameters: [run.runId, run.startedAt, abandonedBefore(run)],
      },
    ],

    countLoaded: ({ runId, startedAt }) => ({
      sql: `
SELECT quality_flag, COUNT(*) AS readings
FROM ${quoted}.[plant_reading] WHERE ingested_at = ${instant("@2")} AND run_id = @1 GROUP BY quality_flag`,
      parameters: [runId, startedAt],
    }),

    finishRun: (report, deleteBefore) => [
      {
        sql: `
UPDATE ${quoted}.[etl_run] SET finished_at = ${instant("@1")}, state = @2, outcome = @3, reason = @4, exit_code = @5,
  requested = @6, loaded = @7, duplicates = @8, conflicts = @9, flagged = @10, not_found = @11, on_loan = @12,
  sensor_fault = @13, rejected = @14, failed = @15, report = @16
WHERE run_id = @17${
          deleteBefore === null
            ? ""
            : `;
DECLARE @deleted TABLE (${keptCounts.map((count) => `${count} INT`).join(", ")});
DELETE TOP (${maxDeletedRuns}) FROM ${quoted}.[etl_run]
OUTPUT ${keptCounts.map((count) => `deleted.${count}`).join(", ")} INTO @deleted
WHERE started_at < ${instant("@18")};
IF @@ROWCOUNT > 0
UPDATE ${quoted}.[pruned_run_total] SET
${keptCounts
  // A sum of INT overflows.
  .map((count) => `  ${count} = ${count} + (SELECT ISNULL(SUM(CAST(${count} AS BIGINT)), 0) FROM @deleted)`)
  .join(",\n")}`
        }`,
        parameters: [...runValues(report), ...(deleteBefore === null ? [] : [deleteBefore])],
      },
    ],

    failRun: ({ runId }, { failedAt, reason, exitCode }) => ({
      sql: `
UPDATE ${quoted}.[etl_run] SET finished_at = ${instant("@1")}, state = N'failed', outcome = N'failed', reason = @2,
  exit_code = @3
WHERE run_id = @4`,
      parameters: [failedAt, reason, exitCode, runId],
    }),
  };
}

const instant = (text: string) => `CONVERT(DATETIME2(3), ${text}, 127)`;

/** Numbers also as text: the JSON form of a double can be parsed back exactly, the form of SQL Server cannot. */
const conflicting = (schema: string) => `
  FROM (
    SELECT plant_id, soil_moisture, temperature, recording_text, last_watered_text, soil_text, temperature_text,
      quality_flag, ${instant("recording_text")} AS recording_taken, ${instant("last_watered_text")} AS last_watered,
      CONCAT(plant_id, N' ', recording_text, N' ', soil_text, N' ', temperature_text, N' ',
        COALESCE(last_watered_text, N'-')) AS natural_key
    FROM OPENJSON(@1) WITH (
      plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
      soil_text NVARCHAR(40) '$.soilMoisture', temperature_text NVARCHAR(40) '$.temperature',
      recording_text NVARCHAR(30) '$.recordingTaken', last_watered_text NVARCHAR(30) '$.lastWatered',
      quality_flag INT '$.qualityFlag')
  ) AS given
  JOIN ${schema}.[plant_reading] AS reading
    ON reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken
  WHERE (${Object.values(readingValueColumns).map(differs).join("\n    OR ")})`;

/** `<>` is unknown if one of the values is NULL. */
const differs = (column: string) =>
  `reading.${column} <> given.${column} OR (reading.${column} IS NULL AND given.${column} IS NOT NULL) OR (reading.${column} IS NOT NULL AND given.${column} IS NULL)`;

// GROUP BY, because a document may contain a reading twice.
const recordConflicts = (schema: string) => `
  SELECT COUNT(*) AS conflicts ${conflicting(schema)};
  INSERT INTO ${schema}.[quarantined_row] (table_name, row_id, kept_row_id, reason, content, natural_key)
  SELECT N'plant_reading', MIN(reading.plant_reading_id), MIN(reading.plant_reading_id), N'${conflictReason}',
    MIN(CONCAT(N'{"plant_id":', given.plant_id, N',"soil_moisture":', given.soil_text,
      N',"temperature":', given.temperature_text, N',"recording_taken":"', given.recording_text,
      N'","last_watered":', COALESCE(N'"' + given.last_watered_text + N'"', N'null'),
      N',"quality_flag":', given.quality_flag, N',"ingested_at":"', @2,
      N'","run_id":"', STRING_ESCAPE(@3, N'json'), N'"}')),
    given.natural_key
  ${conflicting(schema)}
    AND NOT EXISTS (
      SELECT 1 FROM ${schema}.[quarantined_row] AS kept WITH (UPDLOCK, HOLDLOCK)
      WHERE kept.table_name = N'plant_reading' AND kept.natural_key = given.natural_key COLLATE Latin1_General_BIN2)
  GROUP BY given.natural_key`;

/** Of two readings of one plant and time the first is inserted. */
function withBatchIndex(reading: Reading, batchIndex: number) {
  return { ...reading, batchIndex };
}

// ROW_NUMBER, because a document may contain a reading twice. HOLDLOCK locks the key range until the end of the
// transaction. A reading that is not inserted is a duplicate or a conflict.
const insertReadings = (schema: string) => `
INSERT INTO ${schema}.[plant_reading] (plant_id, soil_moisture, temperature, recording_taken, last_watered,
  quality_flag, ingested_at, run_id)
OUTPUT INSERTED.quality_flag
SELECT given.plant_id, given.soil_moisture, given.temperature, given.recording_taken, given.last_watered,
  given.quality_flag, ${instant("@2")}, @3
FROM (
  SELECT plant_id, soil_moisture, temperature, quality_flag,
    ${instant("recording_taken")} AS recording_taken, ${instant("last_watered")} AS last_watered,
    ROW_NUMBER() OVER (PARTITION BY plant_id, recording_taken ORDER BY batch_index) AS occurrence
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture', temperature FLOAT '$.temperature',
    recording_taken NVARCHAR(30) '$.recordingTaken', last_watered NVARCHAR(30) '$.lastWatered',
    quality_flag INT '$.qualityFlag', batch_index INT '$.batchIndex')
) AS given
WHERE given.occurrence = 1 AND NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant_reading] AS reading WITH (UPDLOCK, HOLDLOCK)
  WHERE reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken);
IF @@ROWCOUNT < CAST(@4 AS INT)
BEGIN
${recordConflicts(schema)}
END`;

const givenNotices = `
  SELECT plant_id, kind, CONVERT(DATE, notice_date, 23) AS notice_date,
    ${instant("first_noticed")} AS first_noticed, ${instant("last_noticed")} AS last_noticed
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', kind NVARCHAR(20) '$.kind', notice_date NVARCHAR(10) '$.noticeDate',
    first_noticed NVARCHAR(30) '$.firstNoticed', last_noticed NVARCHAR(30) '$.lastNoticed')`;

const widenNotices = (schema: string) => `
UPDATE notice SET
  first_noticed = CASE WHEN given.first_noticed < notice.first_noticed THEN given.first_noticed ELSE notice.first_noticed END,
  last_noticed = CASE WHEN given.last_noticed > notice.last_noticed THEN given.last_noticed ELSE notice.last_noticed END
FROM ${schema}.[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
JOIN (${givenNotices}) AS given
  ON given.plant_id = notice.plant_id AND given.kind = notice.kind AND given.notice_date = notice.notice_date
WHERE given.first_noticed < notice.first_noticed OR given.last_noticed > notice.last_noticed`;

const insertNotices = (schema: string) => `
INSERT INTO ${schema}.[plant_notice] (plant_id, kind, notice_date, first_noticed, last_noticed)
SELECT given.plant_id, given.kind, given.notice_date, given.first_noticed, given.last_noticed
FROM (${givenNotices}) AS given
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant_notice] AS notice WITH (UPDLOCK, HOLDLOCK)
  WHERE notice.plant_id = given.plant_id AND notice.kind = given.kind AND notice.notice_date = given.notice_date)`;

const insertRejections = (schema: string) => `
INSERT INTO ${schema}.[plant_rejection] (plant_id, received_at, http_status, reading_rejected, issues, body,
  body_encoding, body_bytes, digest, run_id)
SELECT given.plant_id, given.received_at, given.http_status, given.reading_rejected, given.issues, given.body,
  given.body_encoding, given.body_bytes, given.digest, @2
FROM (
  SELECT plant_id, ${instant("received_at")} AS received_at, http_status, reading_rejected, issues, body,
    body_encoding, body_bytes, digest
  FROM OPENJSON(@1) WITH (
    plant_id INT '$.plantId', received_at NVARCHAR(30) '$.receivedAt', http_status INT '$.httpStatus',
    reading_rejected INT '$.readingRejected', issues NVARCHAR(MAX) '$.issues', body NVARCHAR(MAX) '$.body',
    body_encoding NVARCHAR(8) '$.bodyEncoding', body_bytes INT '$.bodyBytes', digest NCHAR(64) '$.digest')
) AS given
WHERE NOT EXISTS (
  SELECT 1 FROM ${schema}.[plant_rejection] AS rejection WITH (UPDLOCK, HOLDLOCK)
  WHERE rejection.plant_id = given.plant_id AND rejection.digest = given.digest)`;
