import { conflictReason } from "@lmnh/plant-schema/internal";
import { jsonParameter, quoteSchema, type Statement } from "@lmnh/plant-schema/internal/sql";
import type { FileState } from "../model/archive-file.js";
import {
  type ArchivedColumn,
  type ArchivedTable,
  type Cell,
  cellOf,
  columnName,
  columnOf,
} from "../model/archived-table.js";
import { readingTable } from "../model/reading-table.js";
import type { ColumnType } from "../parquet/schema.js";
import { fileConditions } from "./file-conditions.js";
import { isoTime } from "./iso-time.js";
import { hourParameters, rangeParameters, spanParameters } from "./range-parameters.js";
import { fileColumns, toSql } from "./row-mapping.js";
import type { KeyPage, PlantStatements, TableStatements } from "./statements.js";

const file = fileColumns.join(", ");
const changedFile = fileColumns.map((column) => `INSERTED.${column}`).join(", ");

/**
 * The catalog in T-SQL (OPENJSON, SQL Server 2016 and later). Times are text that the server casts, because the driver
 * rounds a `Date` to 3.33 ms; a list is one JSON document.
 */
export function mssqlStatements(table: ArchivedTable, schema: string | null): TableStatements {
  const nameOf = (name: string) => `${quoteSchema(schema)}.[${name}]`;
  const target = nameOf(table.name);
  const archived = `${target} AS archived`;
  const archiveFile = nameOf("archive_file");
  const columns = table.columns.map(({ name }) => `archived.${name}`).join(", ");
  const id = columnName(table, table.id);
  const time = columnName(table, table.instant);
  const key = table.key.flatMap((field) => table.columns[columnOf(table, field)] ?? []);
  const timeIndex = table.timeIndex === undefined ? "" : ` WITH (INDEX (${table.timeIndex}))`;
  const inRange = `${within(time)} AND archived.${id} > @3 AND archived.${id} <= @4`;
  const covered = (...states: readonly FileState[]) => isCovered(archiveFile, time, id, states);

  const update = (changes: string, where: string, parameters: readonly unknown[]): Statement => ({
    sql: `
UPDATE ${archiveFile} SET ${changes}
OUTPUT ${changedFile}
WHERE ${where}`,
    parameters,
  });

  return {
    unarchivedHours: (before) => ({
      sql: `
SELECT counted.partition_hour, COUNT(*) AS row_count
FROM (
  SELECT ${hourOf(`archived.${time}`)} AS partition_hour FROM ${archived}
  WHERE archived.${time} < ${instant("@1")} AND NOT ${covered("claimed", "verified")}
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
  SELECT MIN(archived.${id}) FROM ${archived}${timeIndex}
  WHERE archived.${time} >= @start AND archived.${time} < @end
    AND NOT ${covered("claimed", "verified")});
DECLARE @last BIGINT = COALESCE((
  SELECT MIN(after_id) FROM ${archiveFile}
  WHERE state IN (N'claimed', N'verified') AND partition_hour = @3 AND after_id >= @first), 9223372036854775807);
INSERT INTO ${archiveFile} (object_key, partition_hour, state, after_id, through_id, row_count, run_id, claimed_at)
OUTPUT ${changedFile}
SELECT @4, @3, N'claimed', MIN(id) - 1, MAX(id), COUNT(*), @5, ${instant("@6")}
FROM (
  SELECT TOP (@7) archived.${id} AS id FROM ${archived}${timeIndex}
  WHERE archived.${time} >= @start AND archived.${time} < @end AND archived.${id} BETWEEN @first AND @last
  ORDER BY archived.${id}
) AS claimed
HAVING COUNT(*) > 0 AND NOT EXISTS (
  SELECT 1 FROM ${archiveFile} WHERE object_key = @4 AND partition_hour = @3 AND run_id = @5);`,
      parameters: [...hourParameters(partition), partition, key, runId, isoTime(at), limit],
    }),

    subtractRows: (fileId, rows) =>
      update("row_count = row_count - @1", "archive_file_id = @2", [rows, fileId]),

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

    rowsInRange: (covering, { after, limit }, lock) => ({
      sql: `
SELECT TOP (@6) ${columns} FROM ${archived}${lock ? " WITH (UPDLOCK, HOLDLOCK)" : ""}
WHERE ${inRange} AND archived.${id} > @5
ORDER BY archived.${id}
${planByValues}`,
      parameters: [...rangeParameters(covering), after, limit],
    }),

    deleteRange: (covering) => ({
      sql: `
DELETE archived FROM ${archived} WHERE ${inRange}
${planByValues}`,
      parameters: rangeParameters(covering),
    }),

    idsInRange: (covering) => ({
      sql: `
SELECT COUNT(*) AS row_count, MIN(archived.${id}) AS first_id, MAX(archived.${id}) AS last_id
FROM ${archived} WHERE ${inRange}
${planByValues}`,
      parameters: rangeParameters(covering),
    }),

    lastId: () => ({
      sql: `SELECT COALESCE(MAX(archived.${id}), 0) AS id FROM ${archived}`,
      parameters: [],
    }),

    rowsWithSameKeys: (rows) => ({
      sql: `
SELECT ${columns} FROM (
  SELECT ${key.map(fromJson).join(", ")}
  FROM OPENJSON(@1) WITH (${key.map(jsonColumn).join(", ")})
) AS given
JOIN ${archived} WITH (UPDLOCK, HOLDLOCK)
  ON ${key.map(({ name }) => `archived.${name} = given.${name}`).join(" AND ")}`,
      parameters: [jsonParameter(rows.map((row) => toJson(key, row)))],
    }),

    deleteRows: (ids) => ({
      sql: `DELETE archived FROM ${archived} WHERE archived.${id} IN (${numbers})`,
      parameters: [jsonParameter(ids)],
    }),

    insertQuarantined: (rows) => ({
      sql: `
INSERT INTO ${nameOf("quarantined_row")} (table_name, row_id, reason, content, natural_key)
SELECT @1, row_id, @2, content, natural_key
FROM OPENJSON(@3) WITH (
  row_id BIGINT '$.rowId', content NVARCHAR(MAX) '$.content' AS JSON, natural_key NVARCHAR(200) '$.naturalKey') AS given
WHERE NOT EXISTS (
  SELECT 1 FROM ${nameOf("quarantined_row")} AS kept WITH (UPDLOCK, HOLDLOCK)
  WHERE kept.table_name = @1 AND kept.natural_key = given.natural_key COLLATE Latin1_General_BIN2)`,
      parameters: [table.name, conflictReason, jsonParameter(rows)],
    }),

    usedIds: (ids) => ({
      sql: `SELECT archived.${id} AS id FROM ${archived} WHERE archived.${id} IN (${numbers})`,
      parameters: [jsonParameter(ids)],
    }),

    insertRows(rows, ids) {
      const inserted = table.columns.filter(({ field }) => ids === "own" || field !== table.id);
      const names = inserted.map(({ name }) => name).join(", ");
      const insert = `INSERT INTO ${target} (${names})
SELECT ${inserted.map(fromJson).join(", ")}
FROM OPENJSON(@1) WITH (${inserted.map(jsonColumn).join(", ")})`;
      const sql =
        ids === "own"
          ? `SET IDENTITY_INSERT ${target} ON;\n${insert};\nSET IDENTITY_INSERT ${target} OFF;`
          : insert;
      return rows.length === 0
        ? []
        : [{ sql: `\n${sql}`, parameters: [jsonParameter(rows.map((row) => toJson(inserted, row)))] }];
    },

    archiveId: () => ({
      sql: `SELECT archive_id FROM ${nameOf("archive_metadata")}`,
      parameters: [],
    }),

    writeArchiveId: (archiveId, { replacing }) => ({
      sql: `${replacing ? `\nUPDATE ${nameOf("archive_metadata")} SET archive_id = @1, verified_at = NULL WHERE archive_metadata_id = 1;` : ""}
INSERT INTO ${nameOf("archive_metadata")} (archive_metadata_id, archive_id)
SELECT 1, @1
WHERE NOT EXISTS (
  SELECT 1 FROM ${nameOf("archive_metadata")} WITH (UPDLOCK, HOLDLOCK) WHERE archive_metadata_id = 1);`,
      parameters: [archiveId],
    }),

    verifiedAt: () => ({
      sql: `SELECT CONVERT(NVARCHAR(23), verified_at, 126) + N'Z' AS verified_at FROM ${nameOf("archive_metadata")}`,
      parameters: [],
    }),

    writeVerifiedAt: (at) => ({
      sql: `UPDATE ${nameOf("archive_metadata")} SET verified_at = ${instant("@1")}
WHERE verified_at IS NULL OR verified_at < ${instant("@1")}`,
      parameters: [isoTime(at)],
    }),
  };
}

export function mssqlPlantStatements(schema: string | null): PlantStatements {
  const nameOf = (name: string) => `${quoteSchema(schema)}.[${name}]`;
  const archived = `${nameOf("plant_reading")} AS archived`;
  const isVerified = isCovered(nameOf("archive_file"), "recording_taken", "plant_reading_id", ["verified"]);

  // T-SQL has no row values. Each part is a range of an index; an OR of the two would be a scan.
  const page = (where: string, parameters: readonly unknown[], { after, limit }: KeyPage): Statement => {
    const [count, plant, time] = [1, 2, 3].map((place) => `@${parameters.length + place}`);
    const readings = `SELECT ${readingTable.columns.map(({ name }) => `archived.${name}`).join(", ")} FROM ${archived}
  WHERE ${where}`;
    return {
      sql: `
SELECT TOP (${count}) ${readingTable.columns.map(({ name }) => name).join(", ")} FROM (
  ${readings}
    AND archived.plant_id = ${plant} AND archived.recording_taken > ${instant(`${time}`)}
  UNION ALL
  ${readings}
    AND archived.plant_id > ${plant}
) AS page
ORDER BY plant_id, recording_taken
${planByValues}`,
      parameters: [...parameters, limit, after.plantId, isoTime(after.recordingTaken)],
    };
  };

  return {
    uncommittedReadings: (span, wanted) =>
      page(`${within("recording_taken")} AND NOT ${isVerified}`, spanParameters(span), wanted),

    knownPlants: (plantIds) => ({
      sql: `SELECT plant_id FROM ${nameOf("plant")} WHERE plant_id IN (${numbers})`,
      parameters: [jsonParameter(plantIds)],
    }),

    days: (before) => ({
      sql: `
SELECT counted.day, SUM(counted.readings) AS readings, COALESCE(MAX(summary.readings), 0) AS summarized
FROM (
  SELECT LEFT(partition_hour, 10) AS day, row_count AS readings
  FROM ${nameOf("archive_file")} WHERE state IN (N'verified', N'pruned')
  UNION ALL
  SELECT ${dayOf("CAST(archived.recording_taken AS DATE)")}, COUNT(*)
  FROM ${archived}
  WHERE archived.recording_taken < CONVERT(DATE, @1, 23) AND NOT ${isVerified}
  GROUP BY CAST(archived.recording_taken AS DATE)
) AS counted
LEFT JOIN ${nameOf("daily_summary")} AS summary ON summary.summary_date = CONVERT(DATE, counted.day, 23)
WHERE counted.day < @1
GROUP BY counted.day ORDER BY counted.day`,
      parameters: [before],
    }),

    markSummarized: (day, readings) => ({
      sql: `
UPDATE ${nameOf("daily_summary")} SET readings = @2
WHERE summary_date = CONVERT(DATE, @1, 23) AND readings < @2;
INSERT INTO ${nameOf("daily_summary")} (summary_date, readings)
SELECT CONVERT(DATE, @1, 23), @2
WHERE NOT EXISTS (
  SELECT 1 FROM ${nameOf("daily_summary")} WITH (UPDLOCK, HOLDLOCK) WHERE summary_date = CONVERT(DATE, @1, 23));`,
      parameters: [day, readings],
    }),
  };
}

const instant = (text: string) => `CONVERT(DATETIME2(3), ${text}, 127)`;

const dayOf = (column: string) => `CONVERT(NVARCHAR(10), ${column}, 23)`;
const hourOf = (column: string) => `REPLACE(LEFT(CONVERT(NVARCHAR(30), ${column}, 121), 13), N' ', N'T')`;

const within = (time: string) =>
  `archived.${time} >= ${instant("@1")} AND archived.${time} < ${instant("@2")}`;

// The server's hour of a row, compared as text with that of a file.
const isCovered = (archiveFile: string, time: string, id: string, states: readonly FileState[]) => `EXISTS (
    SELECT 1 FROM ${archiveFile} AS covering
    WHERE covering.state IN (${states.map((state) => `N'${state}'`).join(", ")})
      AND covering.partition_hour = ${hourOf(`archived.${time}`)}
      AND archived.${id} > covering.after_id AND archived.${id} <= covering.through_id)`;

/**
 * The hour and the range of ids are two ranges, each of another index. Ids are the narrow one of a file that was claimed
 * when its hour had ended, the hour is that of late readings: the plan of one file is the wrong one for another.
 */
const planByValues = "OPTION (RECOMPILE)";

const numbers = "SELECT number FROM OPENJSON(@1) WITH (number BIGINT '$')";

/** The values of some columns of a row, by name. */
function toJson(columns: readonly ArchivedColumn[], row: object): Readonly<Record<string, Cell>> {
  return Object.fromEntries(columns.map((column) => [column.name, toSql(column, cellOf(row, column.field))]));
}

/** A column of a document of `toJson` in the `WITH` of OPENJSON. */
function jsonColumn({ name, type, sqlServerType }: ArchivedColumn): string {
  return `${name} ${type === "timestamp" ? "NVARCHAR(30)" : (sqlServerType ?? sqlTypes[type])}`;
}

function fromJson({ name, type }: ArchivedColumn): string {
  return type === "timestamp" ? `${instant(name)} AS ${name}` : name;
}

const sqlTypes: Readonly<Record<Exclude<ColumnType, "timestamp">, string>> = {
  int64: "BIGINT",
  int32: "INT",
  double: "FLOAT",
  string: "NVARCHAR(1000)",
  date: "DATE",
};
