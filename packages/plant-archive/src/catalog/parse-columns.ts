import { PlantArchiveError } from "../errors.js";

/** ISO 8601, UTC, milliseconds: the format of time parameters. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Parses a time of SQLite (text) or SQL Server (`Date`) to milliseconds since the epoch. */
export function readTime(value: string | Date, column: string, readingId: unknown): number {
  if (value instanceof Date) return value.getTime();
  const ms = Date.parse(value);
  // `Date.parse` accepts 30 February and reads a time without a zone as local time.
  if (!Number.isNaN(ms) && isoTime(ms) === value) return ms;
  throw unreadable(
    `its ${column} is ${JSON.stringify(value)} and not like 2026-01-02T03:04:05.678Z`,
    readingId,
  );
}

/** Parses an id. SQL Server's driver returns a BIGINT as text. */
export function readNumber(value: number | string, readingId: unknown = value): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw unreadable("its id is above 2^53 − 1", readingId);
}

function unreadable(what: string, readingId: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "READING_INVALID",
    "abort",
    `The row ${String(readingId)} of plant_reading cannot be archived: ${what}. Correct the row.`,
  );
}
