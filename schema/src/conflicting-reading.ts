/** The values by which two readings of one plant and time differ. Times are ISO 8601 in UTC with milliseconds. */
export interface ReadingValues {
  readonly plantId: number;
  readonly recordingTaken: string;
  /** Percent. */
  readonly soilMoisture: number;
  /** Degrees Celsius. */
  readonly temperature: number;
  readonly lastWatered: string | null;
}

/** The reason in `quarantined_row` of a reading whose plant and time are stored with other values. */
export const conflictReason = "conflicting reading";

/**
 * The natural key of a conflicting reading in `quarantined_row`: `7 2026-01-28T12:00:00.000Z 55.1 12.5 -`. Numbers have the
 * format of JSON, so that T-SQL computes the same key from a JSON document.
 */
export function conflictKey(reading: ReadingValues): string {
  const { plantId, recordingTaken, soilMoisture, temperature, lastWatered } = reading;
  return [
    plantId,
    recordingTaken,
    JSON.stringify(soilMoisture),
    JSON.stringify(temperature),
    lastWatered ?? "-",
  ].join(" ");
}
