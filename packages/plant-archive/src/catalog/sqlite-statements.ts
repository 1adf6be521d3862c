import { conflictReason, jsonParameter, type Statement } from "@lmnh/plant-schema";
import type { FileState } from "../model/archive-file.js";
import { fileConditions } from "./file-conditions.js";
import { isoTime } from "./iso-time.js";
import { hourParameters, rangeParameters, spanParameters } from "./range-parameters.js";
import { fileColumns, readingColumns } from "./row-mapping.js";
import type { CatalogStatements } from "./statements.js";

/** Nine parameters a reading keep a statement well below SQLite's 32,766. */
const readingsPerStatement = 500;

const file = fileColumns.join(", ");
const reading = readingColumns.map((column) => `reading.${column}`).join(", ");

export const sqliteStatements: CatalogStatements = {
  unarchivedHours: (before) => ({
    sql: `
SELECT substr(recording_taken, 1, 13) AS partition_hour, count(*) AS readings
FROM plant_reading AS reading WHERE recording_taken < ? AND NOT ${covered("claimed", "verified")}
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

  insertRestored: ({ key, partition, rows, bytes, digest, runId }, { after, through }) => ({
    sql: `
INSERT INTO archive_file (object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id)
VALUES (?, ?, 'verified', ?, ?, ?, ?, ?, ?)
RETURNING ${file}`,
    parameters: [key, partition, after, through, rows, bytes, digest, runId],
  }),

  claim: ({ key, partition, runId, at }, limit) => ({
    sql: `
INSERT INTO archive_file (object_key, partition_hour, state, after_id, through_id, row_count, run_id, claimed_at)
WITH first_unarchived (id) AS MATERIALIZED (
  SELECT min(plant_reading_id) FROM plant_reading AS reading
  WHERE ${inSpan} AND NOT ${covered("claimed", "verified")}
), next_covered (id) AS MATERIALIZED (
  SELECT min(after_id) FROM archive_file
  WHERE state IN ('claimed', 'verified') AND partition_hour = ? AND after_id >= (SELECT id FROM first_unarchived)
)
SELECT ?, ?, 'claimed', min(id) - 1, max(id), count(*), ?, ?
FROM (
  SELECT plant_reading_id AS id FROM plant_reading
  WHERE ${inSpan} AND +plant_reading_id >= (SELECT id FROM first_unarchived)
    AND +plant_reading_id <= (SELECT coalesce(id, 9223372036854775807) FROM next_covered)
  ORDER BY +plant_reading_id LIMIT ?
)
HAVING count(*) > 0 AND NOT EXISTS (
  SELECT 1 FROM archive_file WHERE object_key = ? AND partition_hour = ? AND run_id = ?)
RETURNING ${file}`,
    parameters: [
      ...hourParameters(partition),
      partition,
      key,
      partition,
      runId,
      isoTime(at),
      ...hourParameters(partition),
      limit,
      key,
      partition,
      runId,
    ],
  }),

  subtractReadings: (fileId, readings) => ({
    sql: `UPDATE archive_file SET row_count = row_count - ? WHERE archive_file_id = ? RETURNING ${file}`,
    parameters: [readings, fileId],
  }),

  deleteFile: (fileId) => ({
    sql: `DELETE FROM archive_file WHERE archive_file_id = ? RETURNING ${file}`,
    parameters: [fileId],
  }),

  // By key as well: a database that was replaced may have given the id to another file.
  markVerified: ({ fileId, key, rows, bytes, digest }, at) => ({
    sql: `
UPDATE archive_file SET state = 'verified', byte_count = ?, digest = ?, verified_at = ?
WHERE archive_file_id = ? AND object_key = ? AND state = 'claimed' AND row_count = ?
RETURNING ${file}`,
    parameters: [bytes, digest, isoTime(at), fileId, key, rows],
  }),

  markPruned: ({ fileId, key, range, rows }, at) => ({
    sql: `
UPDATE archive_file SET state = 'pruned', pruned_at = ?
WHERE archive_file_id = ? AND object_key = ? AND state = 'verified' AND after_id = ? AND through_id = ?
  AND changes() = ?`,
    parameters: [isoTime(at), fileId, key, range.after, range.through, rows],
  }),

  markRestored: (fileId, { after, through }) => ({
    sql: `
UPDATE archive_file SET state = 'verified', pruned_at = NULL, after_id = ?, through_id = ?
WHERE archive_file_id = ? AND state = 'pruned'
RETURNING ${file}`,
    parameters: [after, through, fileId],
  }),

  markQuarantined: (fileId, reason) => ({
    sql: `
UPDATE archive_file SET state = 'quarantined', reason = ?
WHERE archive_file_id = ? AND state IN ('claimed', 'verified')
RETURNING ${file}`,
    parameters: [reason, fileId],
  }),

  readingsInRange: (covering, { after, limit }) => ({
    sql: `
SELECT ${reading} ${ofPlants} WHERE ${inRange}
  AND plant.plant_id >= ? AND (plant.plant_id, reading.recording_taken) > (?, ?)
ORDER BY plant.plant_id, reading.recording_taken LIMIT ?`,
    parameters: [
      ...rangeParameters(covering),
      after.plantId,
      after.plantId,
      isoTime(after.recordingTaken),
      limit,
    ],
  }),

  deleteRange: (covering) => ({
    sql: `DELETE FROM plant_reading WHERE ${inRange}`,
    parameters: rangeParameters(covering),
  }),

  idsInRange: (covering) => ({
    sql: `
SELECT count(*) AS readings, min(plant_reading_id) AS first, max(plant_reading_id) AS last
FROM plant_reading WHERE ${inRange}`,
    parameters: rangeParameters(covering),
  }),

  lastId: () => ({
    sql: "SELECT coalesce(max(plant_reading_id), 0) AS id FROM plant_reading",
    parameters: [],
  }),

  uncommittedReadings: (span, { after, limit }) => ({
    sql: `
SELECT ${reading} ${ofPlants} WHERE ${inSpan} AND NOT ${covered("verified")}
  AND plant.plant_id >= ? AND (plant.plant_id, reading.recording_taken) > (?, ?)
ORDER BY plant.plant_id, reading.recording_taken LIMIT ?`,
    parameters: [...spanParameters(span), after.plantId, after.plantId, isoTime(after.recordingTaken), limit],
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
  insertReadings(readings, ids) {
    const statements: Statement[] = [];
    for (let start = 0; start < readings.length; start += readingsPerStatement) {
      const rows = readings.slice(start, start + readingsPerStatement);
      statements.push({
        sql: `
INSERT INTO plant_reading (${readingColumns.join(", ")})
VALUES ${rows.map(() => "(?, ?, ?, ?, ?, ?, ?, ?, ?)").join(", ")}`,
        parameters: rows.flatMap((row) => [
          ids === "own" ? row.readingId : null,
          row.plantId,
          isoTime(row.recordingTaken),
          row.soilMoisture,
          row.temperature,
          row.lastWatered === null ? null : isoTime(row.lastWatered),
          row.qualityFlag,
          isoTime(row.ingestedAt),
          row.runId,
        ]),
      });
    }
    return statements;
  },

  archiveId: () => ({ sql: "SELECT archive_id FROM archive_metadata", parameters: [] }),

  writeArchiveId: (archiveId, { replacing }) => ({
    sql: `
INSERT INTO archive_metadata (archive_metadata_id, archive_id) VALUES (1, ?)
ON CONFLICT (archive_metadata_id) DO ${replacing ? "UPDATE SET archive_id = excluded.archive_id" : "NOTHING"}`,
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
  FROM plant_reading AS reading WHERE recording_taken < ? AND NOT ${covered("verified")} GROUP BY 1
) AS counted
LEFT JOIN daily_summary AS summary ON summary.summary_date = counted.day
WHERE counted.day < ?
GROUP BY counted.day ORDER BY counted.day`,
    parameters: [before, before],
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
const ofPlants = "FROM plant CROSS JOIN plant_reading AS reading ON reading.plant_id = plant.plant_id";

const inSpan = "recording_taken >= ? AND recording_taken < ?";

// With a plus, because the range of ids may contain readings of all hours: the times find those of the hour.
const inRange = `${inSpan} AND +plant_reading_id > ? AND +plant_reading_id <= ?`;

// With the index named, because statistics of a catalog with few files make SQLite read all files for each reading.
function covered(...states: readonly FileState[]): string {
  return `EXISTS (
    SELECT 1 FROM archive_file AS covering INDEXED BY archive_file_state
    WHERE covering.state IN (${states.map((state) => `'${state}'`).join(", ")})
      AND covering.partition_hour = substr(reading.recording_taken, 1, 13)
      AND reading.plant_reading_id > covering.after_id AND reading.plant_reading_id <= covering.through_id)`;
}
