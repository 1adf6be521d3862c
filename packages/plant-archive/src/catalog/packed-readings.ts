import type { Statement } from "@lmnh/plant-schema";
import type { ArchivedReading } from "../model/archived-reading.js";
import { readNumber, readTime } from "./parse-columns.js";
import { type ReadingRow, readingColumns, toReading } from "./row-mapping.js";

type Execute = <Row>(statement: Statement) => Promise<readonly Row[]>;

/**
 * Executes a statement that returns `ReadingRow`s, ordered by plant and time, on SQLite. The driver takes
 * longer to return a row than SQLite takes to read it, so SQLite returns one row, with each column as a JSON array.
 * Values that JSON does not keep exactly are read row by row.
 */
export async function readPacked(
  execute: Execute,
  statement: Statement,
): Promise<readonly ArchivedReading[]> {
  const [packed] = await execute<PackedRow>(packedStatement(statement)).catch((error: unknown) => {
    if (/BLOB/.test(String(error))) return [];
    throw error;
  });
  const readings = packed?.inexact === 0 ? unpack(packed) : packed?.inexact === null ? [] : null;
  return readings ?? (await execute<ReadingRow>(statement)).map(toReading);
}

type Column = (typeof readingColumns)[number];
type PackedRow = Readonly<Record<Column, string>> & {
  /** Readings with a measurement that is not in the packed form; `null` without readings. */
  readonly inexact: number | null;
};

const measurements: readonly Column[] = ["soil_moisture", "temperature"];

/**
 * SQLite's decimal numbers are not always exact, integers are. A double from 1 to 2^11 is a multiple of 2^-52, one from
 * 2^-10 to 1 of 2^-62. The smaller ones are packed as text, to distinguish them.
 */
const [unit, smallUnit] = [2 ** -52, 2 ** -62];

function packedStatement({ sql, parameters }: Statement): Statement {
  const scaled = (column: Column) =>
    `(${column} * iif(abs(${column}) < 1, ${(1 / smallUnit).toFixed(1)}, ${(1 / unit).toFixed(1)}))`;
  const integer = (column: Column) => `CAST(${scaled(column)} AS INTEGER)`;
  const columns = readingColumns.map((column) => {
    const value = measurements.includes(column)
      ? `iif(abs(${column}) < 1, CAST(${integer(column)} AS TEXT), ${integer(column)})`
      : column;
    return `json_group_array(${value}) AS ${column}`;
  });
  const inexact = measurements.map(
    (column) => `typeof(${column}) <> 'real' OR ${integer(column)} <> ${scaled(column)}`,
  );
  return {
    sql: `SELECT ${columns.join(", ")}, sum(${inexact.join(" OR ")}) AS inexact FROM (${sql})`,
    parameters,
  };
}

function measurement(packed: number | string | undefined): number {
  return typeof packed === "string" ? Number(packed) * smallUnit : Number(packed) * unit;
}

/** `null` if they are not in order: SQLite keeps the order of a subquery, but does not promise it. */
function unpack(packed: PackedRow): ArchivedReading[] | null {
  const parse = <Value>(column: Column) => JSON.parse(packed[column]) as readonly Value[];
  const [ids, plantIds] = [parse<number>("plant_reading_id"), parse<number>("plant_id")];
  const [taken, watered, ingested] = [
    parse<string>("recording_taken"),
    parse<string | null>("last_watered"),
    parse<string>("ingested_at"),
  ];
  const [moistures, temperatures] = [
    parse<number | string>("soil_moisture"),
    parse<number | string>("temperature"),
  ];
  const [flags, runIds] = [parse<number>("quality_flag"), parse<string | null>("run_id")];
  const readings = ids.map((id, row): ArchivedReading => {
    const lastWatered = watered[row] ?? null;
    return {
      readingId: readNumber(id),
      plantId: plantIds[row] as number,
      recordingTaken: readTime(taken[row] as string, "recording_taken", id),
      soilMoisture: measurement(moistures[row]),
      temperature: measurement(temperatures[row]),
      lastWatered: lastWatered === null ? null : readTime(lastWatered, "last_watered", id),
      qualityFlag: flags[row] as number,
      ingestedAt: readTime(ingested[row] as string, "ingested_at", id),
      runId: runIds[row] ?? null,
    };
  });
  const isOrdered = readings.every((reading, row) => {
    const before = readings[row - 1];
    return (
      before === undefined ||
      before.plantId < reading.plantId ||
      (before.plantId === reading.plantId && before.recordingTaken < reading.recordingTaken)
    );
  });
  return isOrdered ? readings : null;
}
