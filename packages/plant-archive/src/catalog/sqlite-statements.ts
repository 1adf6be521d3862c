import { conflictReason, jsonParameter, type Statement } from "@lmnh/plant-schema";
import { fileConditions } from "./file-conditions.js";
import { isoTime } from "./parse-columns.js";
import { fileColumns, readingColumns } from "./row-mapping.js";
import type { CatalogStatements, Span } from "./statements.js";

/** Ten parameters a reading keep a statement well below SQLite's 32,766. */
const readingsPerStatement = 500;

const file = fileColumns.join(", ");
const reading = readingColumns.map((column) => `reading.${column}`).join(", ");

export const sqliteStatements: CatalogStatements = {
  unarchivedHours: (before) => ({
    sql: `
SELECT substr(recording_taken, 1, 13) AS partition_hour, count(*) AS readings
FROM plant_reading WHERE archive_file_id IS NULL AND recording_taken < ?
GROUP BY 1 ORDER BY 1`,
    parameters: [isoTime(before)],
  }),

  files: (query) => {
    const { where, parameters } = fileConditions(query, () => "?");
    return {
      sql: `SELECT ${file} FROM archive_file ${where} ORDER BY partition_hour, object_key`,
      parameters,
    };
  },

  // A write transaction has locked the database since it began.
  lockFile: (wanted) =>
    "key" in wanted
      ? { sql: `SELECT ${file} FROM archive_file WHERE object_key = ?`, parameters: [wanted.key] }
      : { sql: `SELECT ${file} FROM archive_file WHERE archive_file_id = ?`, parameters: [wanted.fileId] },

  insertFile: ({ key, partition, state, rows, bytes, digest, runId, claimedAt }) => ({
    sql: `
INSERT INTO archive_file (object_key, partition_hour, state, row_count, byte_count, digest, run_id, claimed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
RETURNING ${file}`,
    parameters: [
      key,
      partition,
      state,
      rows,
      bytes,
      digest,
      runId,
      claimedAt === null ? null : isoTime(claimedAt),
    ],
  }),

  countReadings: (fileId) => ({
    sql: `
UPDATE archive_file SET row_count = (SELECT count(*) FROM plant_reading WHERE archive_file_id = ?)
WHERE archive_file_id = ?
RETURNING ${file}`,
    parameters: [fileId, fileId],
  }),

  deleteFile: (fileId) => ({
    sql: `DELETE FROM archive_file WHERE archive_file_id = ? RETURNING ${file}`,
    parameters: [fileId],
  }),

  markVerified: ({ fileId, rows, bytes, digest }, at) => ({
    sql: `
UPDATE archive_file SET state = 'verified', byte_count = ?, digest = ?, verified_at = ?
WHERE archive_file_id = ? AND state = 'claimed' AND row_count = ?
RETURNING ${file}`,
    parameters: [bytes, digest, isoTime(at), fileId, rows],
  }),

  markPruned: (fileId, at) => ({
    sql: `
UPDATE archive_file SET state = 'pruned', pruned_at = ?
WHERE archive_file_id = ? AND state = 'verified'
RETURNING ${file}`,
    parameters: [isoTime(at), fileId],
  }),

  markRestored: (fileId) => ({
    sql: `
UPDATE archive_file SET state = 'verified', pruned_at = NULL
WHERE archive_file_id = ? AND state = 'pruned'
RETURNING ${file}`,
    parameters: [fileId],
  }),

  markQuarantined: (fileId, reason) => ({
    sql: `
UPDATE archive_file SET state = 'quarantined', reason = ?
WHERE archive_file_id = ? AND state IN ('claimed', 'verified')
RETURNING ${file}`,
    parameters: [reason, fileId],
  }),

  claimReadings: (fileId, span, limit) => ({
    sql: `
UPDATE plant_reading SET archive_file_id = ?
WHERE plant_reading_id IN (
  SELECT reading.plant_reading_id ${unarchived}
  ORDER BY plant.plant_id, reading.recording_taken LIMIT ?)`,
    parameters: [fileId, ...instants(span), limit],
  }),

  releaseReadings: (fileId) => ({
    sql: "UPDATE plant_reading SET archive_file_id = NULL WHERE archive_file_id = ?",
    parameters: [fileId],
  }),

  readingsOfFile: (fileId, { after, limit }) => ({
    sql: `
SELECT ${reading} FROM plant_reading AS reading
WHERE reading.archive_file_id = ? AND (reading.plant_id, reading.recording_taken) > (?, ?)
ORDER BY reading.plant_id, reading.recording_taken LIMIT ?`,
    parameters: [fileId, after.plantId, isoTime(after.recordingTaken), limit],
  }),

  uncommittedReadings: (span, { after, limit }) => ({
    sql: `
SELECT ${reading} ${ofPlants} AND ${uncommitted}
  AND plant.plant_id >= ? AND (plant.plant_id, reading.recording_taken) > (?, ?)
ORDER BY plant.plant_id, reading.recording_taken LIMIT ?`,
    parameters: [...instants(span), after.plantId, after.plantId, isoTime(after.recordingTaken), limit],
  }),

  readingsWithSameKeys: (readings) => ({
    sql: `
SELECT ${reading} FROM json_each(?) AS given CROSS JOIN plant_reading AS reading
  ON reading.plant_id = given.value ->> 'plantId' AND reading.recording_taken = given.value ->> 'recordingTaken'`,
    parameters: [
      jsonParameter(
        readings.map(({ plantId, recordingTaken }) => ({ plantId, recordingTaken: isoTime(recordingTaken) })),
      ),
    ],
  }),

  deletePage: (fileId, limit) => ({
    sql: `
DELETE FROM plant_reading
WHERE plant_reading_id IN (SELECT plant_reading_id FROM plant_reading WHERE archive_file_id = ? LIMIT ?)
RETURNING ${readingColumns.join(", ")}`,
    parameters: [fileId, limit],
  }),

  deleteReadings: (readingIds) => ({
    sql: "DELETE FROM plant_reading WHERE plant_reading_id IN (SELECT value FROM json_each(?))",
    parameters: [jsonParameter(readingIds)],
  }),

  insertQuarantined: (rows) => ({
    sql: `
INSERT INTO quarantined_row (table_name, row_id, reason, content, natural_key)
SELECT 'plant_reading', value ->> 'rowId', ?, value -> 'content', value ->> 'naturalKey' FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING`,
    parameters: [conflictReason, jsonParameter(rows)],
  }),

  usedIds: (readingIds) => ({
    sql: `
SELECT plant_reading_id FROM plant_reading
WHERE plant_reading_id IN (SELECT value FROM json_each(?))`,
    parameters: [jsonParameter(readingIds)],
  }),

  knownPlants: (plantIds) => ({
    sql: "SELECT plant_id FROM plant WHERE plant_id IN (SELECT value FROM json_each(?))",
    parameters: [jsonParameter(plantIds)],
  }),

  // Bound as parameters, not as JSON: SQLite parses one of some 60,000 numbers of 17 digits to another last bit.
  insertReadings(fileId, readings, ids) {
    const statements: Statement[] = [];
    for (let start = 0; start < readings.length; start += readingsPerStatement) {
      const rows = readings.slice(start, start + readingsPerStatement);
      statements.push({
        sql: `
INSERT INTO plant_reading (${readingColumns.join(", ")})
VALUES ${rows.map(() => "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").join(", ")}`,
        parameters: rows.flatMap((row) => [
          ids === "own" ? row.readingId : null,
          row.plantId,
          row.soilMoisture,
          row.temperature,
          isoTime(row.recordingTaken),
          row.lastWatered === null ? null : isoTime(row.lastWatered),
          row.qualityFlag,
          isoTime(row.ingestedAt),
          row.runId,
          fileId,
        ]),
      });
    }
    return statements;
  },

  archiveId: () => ({ sql: "SELECT archive_id FROM archive_metadata", parameters: [] }),

  writeArchiveId: (archiveId) => ({
    sql: `
INSERT INTO archive_metadata (archive_metadata_id, archive_id) VALUES (1, ?)
ON CONFLICT (archive_metadata_id) DO UPDATE SET archive_id = excluded.archive_id`,
    parameters: [archiveId],
  }),

  days: (before) => ({
    sql: `
SELECT counted.day, sum(counted.readings) AS readings, coalesce(max(summary.readings), 0) AS summarized
FROM (
  SELECT substr(partition_hour, 1, 10) AS day, row_count AS readings
  FROM archive_file WHERE state IN ('verified', 'pruned')
  UNION ALL
  SELECT substr(recording_taken, 1, 10), count(*)
  FROM plant_reading AS reading WHERE ${uncommitted} GROUP BY 1
) AS counted
LEFT JOIN daily_summary AS summary ON summary.summary_date = counted.day
WHERE counted.day < ?
GROUP BY counted.day ORDER BY counted.day`,
    parameters: [before],
  }),

  markSummarized: (day, readings) => ({
    sql: `
INSERT INTO daily_summary (summary_date, readings) VALUES (?, ?)
ON CONFLICT (summary_date) DO UPDATE SET readings = excluded.readings
WHERE excluded.readings > daily_summary.readings`,
    parameters: [day, readings],
  }),
};

// CROSS JOIN makes `plant` the outer loop: an index then returns the readings of each plant in order, however many other
// hours there are.
const ofPlants = `FROM plant CROSS JOIN plant_reading AS reading ON reading.plant_id = plant.plant_id
WHERE reading.recording_taken >= ? AND reading.recording_taken < ?`;

const uncommitted = `(reading.archive_file_id IS NULL OR reading.archive_file_id IN (
    SELECT archive_file_id FROM archive_file WHERE state = 'claimed'))`;

const unarchived = `${ofPlants} AND reading.archive_file_id IS NULL`;

function instants({ start, end }: Span): string[] {
  return [isoTime(start), isoTime(end)];
}
