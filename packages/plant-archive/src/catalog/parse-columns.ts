import { PlantArchiveError } from "../errors.js";

/** ISO 8601, UTC, milliseconds: how the database is told a time. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Reads a time as SQLite stores it, and as SQL Server's driver gives it; milliseconds since the epoch. */
export function readTime(value: string | Date, column: string, readingId: unknown): number {
  if (value instanceof Date) return value.getTime();
  const ms = Date.parse(value);
  // 30 February would be read as 1 March or 2, and a time without a zone as the machine's own.
  if (!Number.isNaN(ms) && isoTime(ms) === value) return ms;
  throw unreadable(
    `its ${column} is ${JSON.stringify(value)} and not like 2026-01-02T03:04:05.678Z`,
    readingId,
  );
}

/** Reads a row's number: SQL Server's driver gives a BIGINT as text. */
export function readNumber(value: number | string, readingId: unknown = value): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw unreadable("its number is above 2^53 − 1", readingId);
}

function unreadable(what: string, readingId: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "READING_INVALID",
    "abort",
    `The row ${String(readingId)} of plant_reading cannot be archived as it is: ${what}. Mend the row, then go on.`,
  );
}
