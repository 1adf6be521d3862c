import { jsonParameter } from "@lmnh/plant-schema";
import type { Reading } from "../batch.js";
import { type LoadStatements, ledgerValues } from "./load-statements.js";
import { toNoticeRows, toRejectionRows } from "./rows.js";

/** Six parameters a reading keep a statement well below SQLite's 32,766. */
const readingsAStatement = 500;

export const sqliteStatements: LoadStatements = {
  // Bound one by one, not as JSON: SQLite's reading of 17-digit numbers is off by a bit once in some 60,000.
  insertReadings: ({ readings }, { runId, startedAt }) =>
    chunk(readings, readingsAStatement).map((rows) => ({
      sql: `
INSERT INTO plant_reading (ingested_at, run_id, plant_id, soil_moisture, temperature, recording_taken,
                           last_watered, quality_flag)
VALUES ${rows.map(() => "(?1, ?2, ?, ?, ?, ?, ?, ?)").join(", ")}
ON CONFLICT (plant_id, recording_taken) DO NOTHING
RETURNING quality_flag`,
      parameters: [startedAt, runId, ...rows.flatMap(readingValues)],
    })),

  recordNotices: ({ notices }) =>
    notices.length === 0 ? [] : [{ sql: recordNotices, parameters: [jsonParameter(toNoticeRows(notices))] }],

  recordRejections: ({ rejections }, { runId }) =>
    rejections.length === 0
      ? []
      : [{ sql: recordRejections, parameters: [runId, jsonParameter(toRejectionRows(rejections))] }],

  beginRun: ({ runId, startedAt }) => ({
    sql: "INSERT INTO etl_run (run_id, started_at, state) VALUES (?, ?, 'running') ON CONFLICT (run_id) DO NOTHING",
    parameters: [runId, startedAt],
  }),

  countLoaded: ({ runId, startedAt }) => ({
    sql: `
SELECT count(*) AS loaded, count(nullif(quality_flag, 0)) AS flagged
FROM plant_reading WHERE ingested_at = ? AND run_id = ?`,
    parameters: [startedAt, runId],
  }),

  finishRun: (report) => ({
    sql: `
UPDATE etl_run SET finished_at = ?, state = ?, asked = ?, loaded = ?, duplicates = ?, flagged = ?,
  not_found = ?, on_loan = ?, sensor_fault = ?, rejected = ?, failed = ?, report = ?
WHERE run_id = ?`,
    parameters: ledgerValues(report),
  }),

  failRun: ({ runId }, failedAt) => ({
    sql: "UPDATE etl_run SET finished_at = ?, state = 'failed' WHERE run_id = ?",
    parameters: [failedAt, runId],
  }),
};

function readingValues(reading: Reading): unknown[] {
  return [
    reading.plantId,
    reading.soilMoisture,
    reading.temperature,
    reading.recordingTaken,
    reading.lastWatered,
    reading.qualityFlag,
  ];
}

const recordNotices = `
INSERT INTO plant_notice (plant_id, kind, notice_date, first_noticed, last_noticed)
SELECT value ->> 'plantId', value ->> 'kind', value ->> 'noticeDate', value ->> 'firstNoticed', value ->> 'lastNoticed'
FROM json_each(?) WHERE true
ON CONFLICT (plant_id, kind, notice_date) DO UPDATE SET
  first_noticed = min(plant_notice.first_noticed, excluded.first_noticed),
  last_noticed = max(plant_notice.last_noticed, excluded.last_noticed)
WHERE excluded.first_noticed < plant_notice.first_noticed OR excluded.last_noticed > plant_notice.last_noticed`;

const recordRejections = `
INSERT INTO plant_rejection (plant_id, received_at, http_status, whole_answer, issues, body, body_encoding, body_bytes,
                             digest, run_id)
SELECT value ->> 'plantId', value ->> 'receivedAt', value ->> 'httpStatus', value ->> 'wholeAnswer',
  value ->> 'issues', value ->> 'body', value ->> 'bodyEncoding', value ->> 'bodyBytes',
  value ->> 'digest', ?
FROM json_each(?) WHERE true
ON CONFLICT (plant_id, digest) DO NOTHING`;

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
