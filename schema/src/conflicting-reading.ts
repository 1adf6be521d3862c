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

/** What `quarantined_row` gives as the reason of a reading whose plant and time are known with other values. */
export const conflictReason = "conflicting reading";

/**
 * The key by which `quarantined_row` holds a conflicting reading once: `7 2026-01-28T12:00:00.000Z 55.1 12.5 -`. Numbers are
 * written as JSON writes them, so that T-SQL makes the same key from a JSON document.
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
