import { conflictReason } from "@lmnh/plant-schema/internal";
import { jsonParameter, type Statement } from "@lmnh/plant-schema/internal/sql";
import type { FileState } from "../model/archive-file.js";
import { type ArchivedTable, cellOf, columnName, columnOf } from "../model/archived-table.js";
import { readingTable } from "../model/reading-table.js";
import { fileConditions } from "./file-conditions.js";
import { isoTime } from "./iso-time.js";
import { hourParameters, rangeParameters, spanParameters } from "./range-parameters.js";
import { fileColumns, toSql } from "./row-mapping.js";
import { isDense, type PlantStatements, type TableStatements } from "./statements.js";

/** Keeps a statement well below SQLite's 32,766 parameters. */
const parametersPerStatement = 5_000;

const file = fileColumns.join(", ");

/** Above every text that begins with the hour: no text has this byte. */
const hourEnd = "stored_hour.hour || CAST(x'ff' AS TEXT)";

export function sqliteStatements(table: ArchivedTable): TableStatements {
  const columns = table.columns.map(({ name }) => `archived.${name}`).join(", ");
  const archived = `"${table.name}" AS archived`;
  const id = columnName(table, table.id);
  const instant = columnName(table, table.instant);
  const { covered, inSpan } = conditions(instant, id);
  // With a plus, because the range of ids may contain rows of all hours: the times find those of the hour.
  const inRange = `${inSpan} AND +archived.${id} > ? AND +archived.${id} <= ?`;
  const inHour = `archived.${instant} >= stored_hour.hour AND archived.${instant} < ${hourEnd}`;

  return {
    // Seeks the first row of each hour, and compares single rows with files only in hours that have any: counting by the
    // index is thirty times as fast. UNION, not UNION ALL, so that no text makes the recursion endless.
    unarchivedHours: (before) => ({
      sql: `
WITH RECURSIVE stored_hour (hour) AS (
  SELECT substr(min(${instant}), 1, 13) FROM ${archived} WHERE ${instant} < ?
  UNION
  SELECT (SELECT substr(min(${instant}), 1, 13) FROM ${archived} WHERE ${instant} >= ${hourEnd} AND ${instant} < ?)
  FROM stored_hour WHERE hour IS NOT NULL
), counted AS MATERIALIZED (
  SELECT hour AS partition_hour, CASE
    WHEN EXISTS (SELECT 1 FROM archive_file WHERE state IN ('claimed', 'verified') AND partition_hour = stored_hour.hour)
    THEN (SELECT count(*) FROM ${archived} WHERE ${inHour} AND NOT ${covered("claimed", "verified")})
    ELSE (SELECT count(*) FROM ${archived} WHERE ${inHour})
  END AS row_count
  FROM stored_hour WHERE hour IS NOT NULL
)
SELECT partition_hour, row_count FROM counted WHERE row_count > 0 ORDER BY 1`,
      parameters: [isoTime(before), isoTime(before)],
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
WITH covering AS MATERIALIZED (
  SELECT after_id, through_id FROM archive_file WHERE state IN ('claimed', 'verified') AND partition_hour = ?
), first_unarchived (id) AS MATERIALIZED (
  SELECT min(archived.${id}) FROM ${archived}
  WHERE ${inSpan} AND NOT EXISTS (
    SELECT 1 FROM covering WHERE archived.${id} > covering.after_id AND archived.${id} <= covering.through_id)
), next_covered (id) AS MATERIALIZED (
  SELECT min(after_id) FROM covering WHERE after_id >= (SELECT id FROM first_unarchived)
)
SELECT ?, ?, 'claimed', min(id) - 1, max(id), count(*), ?, ?
FROM (
  SELECT archived.${id} AS id FROM ${archived}
  WHERE ${inSpan} AND +archived.${id} >= (SELECT id FROM first_unarchived)
    AND +archived.${id} <= (SELECT coalesce(id, 9223372036854775807) FROM next_covered)
  ORDER BY +archived.${id} LIMIT ?
)
HAVING count(*) > 0 AND NOT EXISTS (
  SELECT 1 FROM archive_file WHERE object_key = ? AND partition_hour = ? AND run_id = ?)
RETURNING ${file}`,
      parameters: [
        partition,
        ...hourParameters(partition),
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

    subtractRows: (fileId, rows) => ({
      sql: `UPDATE archive_file SET row_count = row_count - ? WHERE archive_file_id = ? RETURNING ${file}`,
      parameters: [rows, fileId],
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

    rowsInRange: (covering, { after, limit }) => {
      // One of the two finds the rows, and the other one filters: of the times and the ids, the range with fewer rows.
      const [byTime, byId] = isDense(covering) ? ["+", ""] : ["", "+"];
      return {
        sql: `
SELECT ${columns} FROM ${archived}
WHERE ${byTime}archived.${instant} >= ? AND ${byTime}archived.${instant} < ?
  AND ${byId}archived.${id} > max(?, ?) AND ${byId}archived.${id} <= ?
ORDER BY ${byId}archived.${id} LIMIT ?`,
        parameters: [
          ...hourParameters(covering.partition),
          covering.range.after,
          after,
          covering.range.through,
          limit,
        ],
      };
    },

    deleteRange: (covering) => ({
      sql: `DELETE FROM ${archived} WHERE ${inRange}`,
      parameters: rangeParameters(covering),
    }),

    idsInRange: (covering) => ({
      sql: `
SELECT count(*) AS row_count, min(archived.${id}) AS first_id, max(archived.${id}) AS last_id
FROM ${archived} WHERE ${inRange}`,
      parameters: rangeParameters(covering),
    }),

    lastId: () => ({
      sql: `SELECT coalesce(max(archived.${id}), 0) AS id FROM ${archived}`,
      parameters: [],
    }),

    rowsWithSameKeys: (rows) => ({
      sql: `
SELECT ${columns} FROM json_each(?) AS given CROSS JOIN ${archived}
  ON ${table.key.map((field, place) => `archived.${columnName(table, field)} = given.value ->> ${place}`).join(" AND ")}`,
      parameters: [
        jsonParameter(
          rows.map((row) =>
            table.key.map((field) => toSql(table.columns[columnOf(table, field)], cellOf(row, field))),
          ),
        ),
      ],
    }),

    deleteRows: (ids) => ({
      sql: `DELETE FROM ${archived} WHERE archived.${id} IN (SELECT value FROM json_each(?))`,
      parameters: [jsonParameter(ids)],
    }),

    insertQuarantined: (rows) => ({
      sql: `
INSERT INTO quarantined_row (table_name, row_id, reason, content, natural_key)
SELECT ?, value ->> 'rowId', ?, value -> 'content', value ->> 'naturalKey' FROM json_each(?) WHERE true
ON CONFLICT DO NOTHING`,
      parameters: [table.name, conflictReason, jsonParameter(rows)],
    }),

    usedIds: (ids) => ({
      sql: `SELECT archived.${id} AS id FROM ${archived} WHERE archived.${id} IN (SELECT value FROM json_each(?))`,
      parameters: [jsonParameter(ids)],
    }),

    // Bound as parameters, not as JSON: SQLite parses one of some 60,000 numbers of 17 digits to another last bit.
    insertRows(rows, ids) {
      const statements: Statement[] = [];
      const rowsPerStatement = Math.floor(parametersPerStatement / table.columns.length);
      const places = `(${table.columns.map(() => "?").join(", ")})`;
      for (let start = 0; start < rows.length; start += rowsPerStatement) {
        const inserted = rows.slice(start, start + rowsPerStatement);
        statements.push({
          sql: `
INSERT INTO "${table.name}" (${table.columns.map(({ name }) => name).join(", ")})
VALUES ${inserted.map(() => places).join(", ")}`,
          parameters: inserted.flatMap((row) =>
            table.columns.map((column) =>
              ids === "new" && column.field === table.id ? null : toSql(column, cellOf(row, column.field)),
            ),
          ),
        });
      }
      return statements;
    },

    archiveId: () => ({ sql: "SELECT archive_id FROM archive_metadata", parameters: [] }),

    writeArchiveId: (archiveId, { replacing }) => ({
      sql: `
INSERT INTO archive_metadata (archive_metadata_id, archive_id) VALUES (1, ?)
ON CONFLICT (archive_metadata_id) DO ${replacing ? "UPDATE SET archive_id = excluded.archive_id, verified_at = NULL" : "NOTHING"}`,
      parameters: [archiveId],
    }),

    verifiedAt: () => ({ sql: "SELECT verified_at FROM archive_metadata", parameters: [] }),

    writeVerifiedAt: (at) => ({
      sql: `
UPDATE archive_metadata SET verified_at = ?1 WHERE verified_at IS NULL OR verified_at < ?1`,
      parameters: [isoTime(at)],
    }),
  };
}

const readings = conditions("recording_taken", "plant_reading_id");

export const sqlitePlantStatements: PlantStatements = {
  uncommittedReadings: (span, { after, limit }) => ({
    sql: `
SELECT ${readingTable.columns.map(({ name }) => `archived.${name}`).join(", ")} ${ofPlants}
  WHERE ${readings.inSpan} AND NOT ${readings.covered("verified")}
  AND plant.plant_id >= ? AND (plant.plant_id, archived.recording_taken) > (?, ?)
ORDER BY plant.plant_id, archived.recording_taken LIMIT ?`,
    parameters: [...spanParameters(span), after.plantId, after.plantId, isoTime(after.recordingTaken), limit],
  }),

  knownPlants: (plantIds) => ({
    sql: "SELECT plant_id FROM plant WHERE plant_id IN (SELECT value FROM json_each(?))",
    parameters: [jsonParameter(plantIds)],
  }),

  days: (before) => ({
    sql: `
SELECT counted.day, sum(counted.readings) AS readings, coalesce(max(summary.readings), 0) AS summarized
FROM (
  SELECT substr(partition_hour, 1, 10) AS day, row_count AS readings
  FROM archive_file WHERE state IN ('verified', 'pruned')
  UNION ALL
  SELECT substr(recording_taken, 1, 10), count(*)
  FROM plant_reading AS archived WHERE recording_taken < ? AND NOT ${readings.covered("verified")} GROUP BY 1
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
const ofPlants = "FROM plant CROSS JOIN plant_reading AS archived ON archived.plant_id = plant.plant_id";

/** Conditions of rows `archived`. */
function conditions(instant: string, id: string) {
  return {
    inSpan: `archived.${instant} >= ? AND archived.${instant} < ?`,
    // With the index named, because statistics of a catalog with few files make SQLite read all files for each row.
    covered: (...states: readonly FileState[]) => `EXISTS (
    SELECT 1 FROM archive_file AS covering INDEXED BY archive_file_state
    WHERE covering.state IN (${states.map((state) => `'${state}'`).join(", ")})
      AND covering.partition_hour = substr(archived.${instant}, 1, 13)
      AND archived.${id} > covering.after_id AND archived.${id} <= covering.through_id)`,
  };
}
