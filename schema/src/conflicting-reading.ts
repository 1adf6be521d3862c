import type { PlantReadingTable } from "./tables.js";

/** Two readings of one plant and time conflict if one of these values differs. Times are ISO 8601 in UTC with milliseconds. */
export interface ReadingValues {
  readonly plantId: number;
  readonly recordingTaken: string;
  /** Percent. */
  readonly soilMoisture: number;
  /** Degrees Celsius. */
  readonly temperature: number;
  readonly lastWatered: string | null;
}

type ValueKey = Exclude<keyof ReadingValues, "plantId" | "recordingTaken">;

/** The columns of the values of a reading, in the order of `conflictKey`. Comparisons in SQL are built from it. */
export const readingValueColumns = {
  soilMoisture: "soil_moisture",
  temperature: "temperature",
  lastWatered: "last_watered",
} as const satisfies Readonly<Record<ValueKey, keyof PlantReadingTable>>;

const valueKeys = Object.keys(readingValueColumns) as ValueKey[];

/** Whether two readings of one plant and time have the same values: the second one is a duplicate, not a conflict. */
export function haveSameValues<Reading extends Readonly<Record<ValueKey, unknown>>>(
  a: Reading,
  b: Reading,
): boolean {
  return valueKeys.every((key) => a[key] === b[key]);
}

/** The reason in `quarantined_row` of a reading whose plant and time are stored with other values. */
export const conflictReason = "conflicting reading";

/**
 * The natural key of a conflicting reading in `quarantined_row`: `7 2026-01-28T12:00:00.000Z 55.1 12.5 -`. Numbers have the
 * format of JSON, so that T-SQL computes the same key from a JSON document.
 */
export function conflictKey(reading: ReadingValues): string {
  const values = valueKeys.map((key) => reading[key] ?? "-");
  const texts = values.map((value) => (typeof value === "number" ? JSON.stringify(value) : value));
  return [reading.plantId, reading.recordingTaken, ...texts].join(" ");
}
