import { conflictKey, conflictReason, readingValueColumns } from "@lmnh/plant-schema/internal";
import { jsonParameter } from "@lmnh/plant-schema/internal/sql";
import type { Reading } from "../batch.js";
import type { RunStart } from "../report.js";
import {
  abandonedBefore,
  conflictContent,
  keptCounts,
  type LoadStatements,
  maxDeletedRuns,
  runValues,
} from "./load-statements.js";
import { toNoticeRows, toRejectionRows } from "./row-mapping.js";

/** With six parameters per reading, far below SQLite's limit of 32,766. */
const readingsPerStatement = 500;
const conflictsPerStatement = 250;

export const sqliteStatements: LoadStatements = {
  // One parameter per value, not JSON: SQLite parses one in some 60,000 numbers of 17 digits inexactly.
  insertReadings: ({ readings }, { runId, startedAt }) =>
    chunk(readings, readingsPerStatement).map((rows) => ({
      sql: `
INSERT INTO plant_reading (ingested_at, run_id, plant_id, soil_moisture, temperature, recording_taken,
                           last_watered, quality_flag)
VALUES ${rows.map(() => "(?1, ?2, ?, ?, ?, ?, ?, ?)").join(", ")}
ON CONFLICT (plant_id, recording_taken) DO NOTHING
RETURNING quality_flag`,
      parameters: [startedAt, runId, ...rows.flatMap(readingValues)],
    })),

  recordConflicts: ({ readings }, run) =>
    chunk(readings, conflictsPerStatement).flatMap((rows) => {
      const parameters = rows.flatMap((reading) => conflictValues(reading, run));
      const given = rows.map(() => "(?, ?, ?, ?, ?, ?, ?)").join(", ");
      return [
        { sql: countConflicts(given), parameters },
        { sql: insertConflicts(given), parameters },
      ];
    }),

  recordNotices: ({ notices }) =>
    notices.length === 0 ? [] : [{ sql: recordNotices, parameters: [jsonParameter(toNoticeRows(notices))] }],

  recordRejections: ({ rejections }, { runId }) =>
    rejections.length === 0
      ? []
      : [{ sql: recordRejections, parameters: [runId, jsonParameter(toRejectionRows(rejections))] }],

  beginRun: (run) => [
    {
      sql: `
UPDATE etl_run SET state = 'failed', outcome = 'failed', reason = 'abandoned'
WHERE state = 'running' AND started_at < ?`,
      parameters: [abandonedBefore(run)],
    },
    {
      sql: "INSERT INTO etl_run (run_id, started_at, state) VALUES (?, ?, 'running') ON CONFLICT (run_id) DO NOTHING",
      parameters: [run.runId, run.startedAt],
    },
  ],

  countLoaded: ({ runId, startedAt }) => ({
    sql: `
SELECT quality_flag, count(*) AS readings
FROM plant_reading WHERE ingested_at = ? AND run_id = ? GROUP BY quality_flag`,
    parameters: [startedAt, runId],
  }),

  finishRun: (report, deleteBefore) => [
    {
      sql: `
UPDATE etl_run SET finished_at = ?, state = ?, outcome = ?, reason = ?, exit_code = ?, requested = ?, loaded = ?,
  duplicates = ?, conflicts = ?, flagged = ?,
  not_found = ?, on_loan = ?, sensor_fault = ?, rejected = ?, failed = ?, report = ?
WHERE run_id = ?`,
      parameters: runValues(report),
    },
    ...(deleteBefore === null
      ? []
      : [
          { sql: addOldestRuns, parameters: [deleteBefore] },
          { sql: `DELETE FROM etl_run WHERE run_id IN (${oldestRuns})`, parameters: [deleteBefore] },
        ]),
  ],

  failRun: ({ runId }, { failedAt, reason, exitCode }) => ({
    sql: `
UPDATE etl_run SET finished_at = ?, state = 'failed', outcome = 'failed', reason = ?, exit_code = ?
WHERE run_id = ?`,
    parameters: [failedAt, reason, exitCode, runId],
  }),
};

/** The same in two statements of one transaction. */
const oldestRuns = `
  SELECT run_id FROM etl_run WHERE started_at < ? ORDER BY started_at, run_id LIMIT ${maxDeletedRuns}`;

const addOldestRuns = `
UPDATE pruned_run_total SET ${keptCounts.map((count) => `${count} = pruned_run_total.${count} + oldest.${count}`).join(", ")}
FROM (
  SELECT count(*) AS runs, ${keptCounts.map((count) => `ifnull(sum(${count}), 0) AS ${count}`).join(", ")}
  FROM etl_run WHERE run_id IN (${oldestRuns})
) AS oldest
WHERE oldest.runs > 0`;

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

/** One parameter per value as well: a difference in the last bit is a conflict. */
function conflictValues(reading: Reading, run: RunStart): unknown[] {
  return [
    reading.plantId,
    reading.recordingTaken,
    reading.soilMoisture,
    reading.temperature,
    reading.lastWatered,
    conflictKey(reading),
    JSON.stringify(conflictContent(reading, run)),
  ];
}

const conflicting = (given: string) => `
WITH given (plant_id, recording_taken, soil_moisture, temperature, last_watered, natural_key, content)
  AS (VALUES ${given})`;

const knownWithOtherValues = `
FROM given JOIN plant_reading AS reading
  ON reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken
WHERE (${Object.values(readingValueColumns)
  .map((column) => `reading.${column} IS NOT given.${column}`)
  .join(" OR ")})`;

const countConflicts = (given: string) => `${conflicting(given)}
SELECT count(*) AS conflicts ${knownWithOtherValues}`;

const insertConflicts = (given: string) => `${conflicting(given)}
INSERT INTO quarantined_row (table_name, row_id, kept_row_id, reason, content, natural_key)
SELECT 'plant_reading', reading.plant_reading_id, reading.plant_reading_id, '${conflictReason}', given.content,
  given.natural_key ${knownWithOtherValues}
ON CONFLICT DO NOTHING`;

const recordNotices = `
INSERT INTO plant_notice (plant_id, kind, notice_date, first_noticed, last_noticed)
SELECT value ->> 'plantId', value ->> 'kind', value ->> 'noticeDate', value ->> 'firstNoticed', value ->> 'lastNoticed'
FROM json_each(?) WHERE true
ON CONFLICT (plant_id, kind, notice_date) DO UPDATE SET
  first_noticed = min(plant_notice.first_noticed, excluded.first_noticed),
  last_noticed = max(plant_notice.last_noticed, excluded.last_noticed)
WHERE excluded.first_noticed < plant_notice.first_noticed OR excluded.last_noticed > plant_notice.last_noticed`;

const recordRejections = `
INSERT INTO plant_rejection (plant_id, received_at, http_status, reading_rejected, issues, body, body_encoding, body_bytes,
                             digest, run_id)
SELECT value ->> 'plantId', value ->> 'receivedAt', value ->> 'httpStatus', value ->> 'readingRejected',
  value ->> 'issues', value ->> 'body', value ->> 'bodyEncoding', value ->> 'bodyBytes',
  value ->> 'digest', ?
FROM json_each(?) WHERE true
ON CONFLICT (plant_id, digest) DO NOTHING`;

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
