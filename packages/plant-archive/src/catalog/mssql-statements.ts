import { conflictReason, jsonParameter, quoteSchema, type Statement } from "@lmnh/plant-schema";
import type { FileState } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { fileConditions } from "./file-conditions.js";
import { isoTime } from "./iso-time.js";
import { hourParameters, rangeParameters, spanParameters } from "./range-parameters.js";
import { fileColumns, readingColumns } from "./row-mapping.js";
import type { CatalogStatements, Page } from "./statements.js";

const file = fileColumns.join(", ");
const changedFile = fileColumns.map((column) => `INSERTED.${column}`).join(", ");
const reading = readingColumns.map((column) => `reading.${column}`).join(", ");

/**
 * The catalog in T-SQL (OPENJSON, SQL Server 2016 and later). Times are text that the server casts, because the driver
 * rounds a `Date` to 3.33 ms; a list is one JSON document.
 */
export function mssqlStatements(schema: string | null): CatalogStatements {
  const table = (name: string) => `${quoteSchema(schema)}.[${name}]`;
  const plantReading = table("plant_reading");
  const archiveFile = table("archive_file");

  // The server's hour of a reading, compared as text with that of a file.
  const covered = (...states: readonly FileState[]) => `EXISTS (
    SELECT 1 FROM ${archiveFile} AS covering
    WHERE covering.state IN (${states.map((state) => `N'${state}'`).join(", ")})
      AND covering.partition_hour = ${hourOf("reading.recording_taken")}
      AND reading.plant_reading_id > covering.after_id AND reading.plant_reading_id <= covering.through_id)`;

  const update = (changes: string, where: string, parameters: readonly unknown[]): Statement => ({
    sql: `
UPDATE ${archiveFile} SET ${changes}
OUTPUT ${changedFile}
WHERE ${where}`,
    parameters,
  });

  // T-SQL has no row values. Each part is a range of an index; an OR of the two would be a scan.
  const page = (
    where: string,
    parameters: readonly unknown[],
    { after, limit }: Page,
    lock?: "lock",
  ): Statement => {
    const [count, plant, time] = [1, 2, 3].map((place) => `@${parameters.length + place}`);
    const readings = `SELECT ${reading} FROM ${plantReading} AS reading${lock ? " WITH (UPDLOCK, HOLDLOCK)" : ""}
  WHERE ${where}`;
    return {
      sql: `
SELECT TOP (${count}) ${readingColumns.join(", ")} FROM (
  ${readings}
    AND reading.plant_id = ${plant} AND reading.recording_taken > ${instant(`${time}`)}
  UNION ALL
  ${readings}
    AND reading.plant_id > ${plant}
) AS page
ORDER BY plant_id, recording_taken
${planByValues}`,
      parameters: [...parameters, limit, after.plantId, isoTime(after.recordingTaken)],
    };
  };

  return {
    unarchivedHours: (before) => ({
      sql: `
SELECT counted.partition_hour, COUNT(*) AS readings
FROM (
  SELECT ${hourOf("reading.recording_taken")} AS partition_hour FROM ${plantReading} AS reading
  WHERE reading.recording_taken < ${instant("@1")} AND NOT ${covered("claimed", "verified")}
) AS counted
GROUP BY counted.partition_hour ORDER BY counted.partition_hour`,
      parameters: [isoTime(before)],
    }),

    files: (query) => {
      const { where, parameters } = fileConditions(query, (place) => `@${place}`);
      return {
        sql: `SELECT ${file} FROM ${archiveFile} ${where} ORDER BY partition_hour, object_key`,
        parameters,
      };
    },

    lockFile: (wanted) => ({
      sql: `
SELECT ${file} FROM ${archiveFile} WITH (UPDLOCK, HOLDLOCK)
WHERE ${"key" in wanted ? "object_key" : "archive_file_id"} = @1`,
      parameters: ["key" in wanted ? wanted.key : wanted.fileId],
    }),

    insertRestored: ({ key, partition, rows, bytes, digest, runId }, { after, through }) => ({
      sql: `
INSERT INTO ${archiveFile} (object_key, partition_hour, state, after_id, through_id, row_count, byte_count, digest, run_id)
OUTPUT ${changedFile}
VALUES (@1, @2, N'verified', @3, @4, @5, @6, @7, @8)`,
      parameters: [key, partition, after, through, rows, bytes, digest, runId],
    }),

    // With the index named: the order of ids suggests the primary key, in which the hour may be anywhere.
    claim: ({ key, partition, runId, at }, limit) => ({
      sql: `
DECLARE @start DATETIME2(3) = ${instant("@1")}, @end DATETIME2(3) = ${instant("@2")};
DECLARE @first BIGINT = (
  SELECT MIN(reading.plant_reading_id) FROM ${plantReading} AS reading WITH (INDEX (ix_plant_reading_recording_taken))
  WHERE reading.recording_taken >= @start AND reading.recording_taken < @end
    AND NOT ${covered("claimed", "verified")});
DECLARE @last BIGINT = COALESCE((
  SELECT MIN(after_id) FROM ${archiveFile}
  WHERE state IN (N'claimed', N'verified') AND partition_hour = @3 AND after_id >= @first), 9223372036854775807);
INSERT INTO ${archiveFile} (object_key, partition_hour, state, after_id, through_id, row_count, run_id, claimed_at)
OUTPUT ${changedFile}
SELECT @4, @3, N'claimed', MIN(id) - 1, MAX(id), COUNT(*), @5, ${instant("@6")}
FROM (
  SELECT TOP (@7) plant_reading_id AS id FROM ${plantReading} WITH (INDEX (ix_plant_reading_recording_taken))
  WHERE recording_taken >= @start AND recording_taken < @end AND plant_reading_id BETWEEN @first AND @last
  ORDER BY plant_reading_id
) AS claimed
HAVING COUNT(*) > 0 AND NOT EXISTS (
  SELECT 1 FROM ${archiveFile} WHERE object_key = @4 AND partition_hour = @3 AND run_id = @5);`,
      parameters: [...hourParameters(partition), partition, key, runId, isoTime(at), limit],
    }),

    subtractReadings: (fileId, readings) =>
      update("row_count = row_count - @1", "archive_file_id = @2", [readings, fileId]),

    deleteFile: (fileId) => ({
      sql: `
DELETE FROM ${archiveFile}
OUTPUT ${fileColumns.map((column) => `DELETED.${column}`).join(", ")}
WHERE archive_file_id = @1`,
      parameters: [fileId],
    }),

    // By key as well: a database that was replaced may have given the id to another file.
    markVerified: ({ fileId, key, rows, bytes, digest }, at) =>
      update(
        `state = N'verified', byte_count = @1, digest = @2, verified_at = ${instant("@3")}`,
        "archive_file_id = @4 AND object_key = @5 AND state = N'claimed' AND row_count = @6",
        [bytes, digest, isoTime(at), fileId, key, rows],
      ),

    markPruned: ({ fileId, key, range, rows }, at) => ({
      sql: `
UPDATE ${archiveFile} SET state = N'pruned', pruned_at = ${instant("@1")}
WHERE archive_file_id = @2 AND object_key = @3 AND state = N'verified' AND after_id = @4 AND through_id = @5
  AND @@ROWCOUNT = @6`,
      parameters: [isoTime(at), fileId, key, range.after, range.through, rows],
    }),

    markRestored: (fileId, { after, through }) =>
      update(
        "state = N'verified', pruned_at = NULL, after_id = @1, through_id = @2",
        "archive_file_id = @3 AND state = N'pruned'",
        [after, through, fileId],
      ),

    markQuarantined: (fileId, reason) =>
      update(
        "state = N'quarantined', reason = @1",
        "archive_file_id = @2 AND state IN (N'claimed', N'verified')",
        [reason, fileId],
      ),

    readingsInRange: (covering, wanted, lock) => page(inRange, rangeParameters(covering), wanted, lock),

    deleteRange: (covering) => ({
      sql: `
DELETE reading FROM ${plantReading} AS reading WHERE ${inRange}
${planByValues}`,
      parameters: rangeParameters(covering),
    }),

    idsInRange: (covering) => ({
      sql: `
SELECT COUNT(*) AS readings, MIN(reading.plant_reading_id) AS first, MAX(reading.plant_reading_id) AS last
FROM ${plantReading} AS reading WHERE ${inRange}
${planByValues}`,
      parameters: rangeParameters(covering),
    }),

    lastId: () => ({
      sql: `SELECT COALESCE(MAX(plant_reading_id), 0) AS id FROM ${plantReading}`,
      parameters: [],
    }),

    uncommittedReadings: (span, wanted) =>
      page(`${within} AND NOT ${covered("verified")}`, spanParameters(span), wanted),

    readingsWithSameKeys: (readings) => ({
      sql: `
SELECT ${reading} FROM (
  SELECT plant_id, ${instant("recording_taken")} AS recording_taken
  FROM OPENJSON(@1) WITH (plant_id INT '$.plantId', recording_taken NVARCHAR(30) '$.recordingTaken')
) AS given
JOIN ${plantReading} AS reading WITH (UPDLOCK, HOLDLOCK)
  ON reading.plant_id = given.plant_id AND reading.recording_taken = given.recording_taken`,
      parameters: [
        jsonParameter(
          readings.map(({ plantId, recordingTaken }) => ({
            plantId,
            recordingTaken: isoTime(recordingTaken),
          })),
        ),
      ],
    }),

    deleteReadings: (readingIds) => ({
      sql: `DELETE FROM ${plantReading} WHERE plant_reading_id IN (${numbers})`,
      parameters: [jsonParameter(readingIds)],
    }),

    insertQuarantined: (rows) => ({
      sql: `
INSERT INTO ${table("quarantined_row")} (table_name, row_id, reason, content, natural_key)
SELECT N'plant_reading', row_id, @1, content, natural_key
FROM OPENJSON(@2) WITH (
  row_id BIGINT '$.rowId', content NVARCHAR(MAX) '$.content' AS JSON, natural_key NVARCHAR(200) '$.naturalKey') AS given
WHERE NOT EXISTS (
  SELECT 1 FROM ${table("quarantined_row")} AS kept WITH (UPDLOCK, HOLDLOCK)
  WHERE kept.table_name = N'plant_reading' AND kept.natural_key = given.natural_key COLLATE Latin1_General_BIN2)`,
      parameters: [conflictReason, jsonParameter(rows)],
    }),

    usedIds: (readingIds) => ({
      sql: `SELECT plant_reading_id FROM ${plantReading} WHERE plant_reading_id IN (${numbers})`,
      parameters: [jsonParameter(readingIds)],
    }),

    knownPlants: (plantIds) => ({
      sql: `SELECT plant_id FROM ${table("plant")} WHERE plant_id IN (${numbers})`,
      parameters: [jsonParameter(plantIds)],
    }),

    insertReadings: (readings, ids) =>
      readings.length === 0
        ? []
        : [
            {
              sql: ids === "own" ? insertWithIds(plantReading) : insertWithNewIds(plantReading),
              parameters: [jsonParameter(readings.map(toJson))],
            },
          ],

    archiveId: () => ({
      sql: `SELECT archive_id FROM ${table("archive_metadata")}`,
      parameters: [],
    }),

    writeArchiveId: (archiveId, { replacing }) => ({
      sql: `${replacing ? `\nUPDATE ${table("archive_metadata")} SET archive_id = @1 WHERE archive_metadata_id = 1;` : ""}
INSERT INTO ${table("archive_metadata")} (archive_metadata_id, archive_id)
SELECT 1, @1
WHERE NOT EXISTS (
  SELECT 1 FROM ${table("archive_metadata")} WITH (UPDLOCK, HOLDLOCK) WHERE archive_metadata_id = 1);`,
      parameters: [archiveId],
    }),

    days: (before) => ({
      sql: `
SELECT counted.day, SUM(counted.readings) AS readings, COALESCE(MAX(summary.readings), 0) AS summarized
FROM (
  SELECT LEFT(partition_hour, 10) AS day, row_count AS readings
  FROM ${archiveFile} WHERE state IN (N'verified', N'pruned')
  UNION ALL
  SELECT ${dayOf("CAST(reading.recording_taken AS DATE)")}, COUNT(*)
  FROM ${plantReading} AS reading
  WHERE reading.recording_taken < CONVERT(DATE, @1, 23) AND NOT ${covered("verified")}
  GROUP BY CAST(reading.recording_taken AS DATE)
) AS counted
LEFT JOIN ${table("daily_summary")} AS summary ON summary.summary_date = CONVERT(DATE, counted.day, 23)
WHERE counted.day < @1
GROUP BY counted.day ORDER BY counted.day`,
      parameters: [before],
    }),

    markSummarized: (day, readings) => ({
      sql: `
UPDATE ${table("daily_summary")} SET readings = @2
WHERE summary_date = CONVERT(DATE, @1, 23) AND readings < @2;
INSERT INTO ${table("daily_summary")} (summary_date, readings)
SELECT CONVERT(DATE, @1, 23), @2
WHERE NOT EXISTS (
  SELECT 1 FROM ${table("daily_summary")} WITH (UPDLOCK, HOLDLOCK) WHERE summary_date = CONVERT(DATE, @1, 23));`,
      parameters: [day, readings],
    }),
  };
}

const instant = (text: string) => `CONVERT(DATETIME2(3), ${text}, 127)`;

const dayOf = (column: string) => `CONVERT(NVARCHAR(10), ${column}, 23)`;
const hourOf = (column: string) => `REPLACE(LEFT(CONVERT(NVARCHAR(30), ${column}, 121), 13), N' ', N'T')`;

const within = `reading.recording_taken >= ${instant("@1")} AND reading.recording_taken < ${instant("@2")}`;

const inRange = `${within} AND reading.plant_reading_id > @3 AND reading.plant_reading_id <= @4`;

/**
 * The hour and the range of ids are two ranges, each of another index. Ids are the narrow one of a file that was claimed
 * when its hour had ended, the hour is that of late readings: the plan of one file is the wrong one for another.
 */
const planByValues = "OPTION (RECOMPILE)";

const numbers = "SELECT number FROM OPENJSON(@1) WITH (number BIGINT '$')";

function toJson(reading: ArchivedReading): unknown {
  return {
    ...reading,
    recordingTaken: isoTime(reading.recordingTaken),
    lastWatered: reading.lastWatered === null ? null : isoTime(reading.lastWatered),
    ingestedAt: isoTime(reading.ingestedAt),
  };
}

const columnsWithoutId =
  "plant_id, soil_moisture, temperature, recording_taken, last_watered, quality_flag, ingested_at, run_id";

const valuesWithoutId = `plant_id, soil_moisture, temperature, ${instant("recording_taken")}, ${instant("last_watered")},
  quality_flag, ${instant("ingested_at")}, run_id
FROM OPENJSON(@1) WITH (
  plant_reading_id BIGINT '$.readingId', plant_id INT '$.plantId', soil_moisture FLOAT '$.soilMoisture',
  temperature FLOAT '$.temperature', recording_taken NVARCHAR(30) '$.recordingTaken',
  last_watered NVARCHAR(30) '$.lastWatered', quality_flag INT '$.qualityFlag', ingested_at NVARCHAR(30) '$.ingestedAt',
  run_id NVARCHAR(64) '$.runId')`;

const insertWithNewIds = (plantReading: string) => `
INSERT INTO ${plantReading} (${columnsWithoutId})
SELECT ${valuesWithoutId}`;

const insertWithIds = (plantReading: string) => `
SET IDENTITY_INSERT ${plantReading} ON;
INSERT INTO ${plantReading} (plant_reading_id, ${columnsWithoutId})
SELECT plant_reading_id, ${valuesWithoutId};
SET IDENTITY_INSERT ${plantReading} OFF;`;
