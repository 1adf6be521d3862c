/** A row of `plant_reading`. Instants are milliseconds since the epoch. */
export interface ArchivedReading {
  /** 1 to 2^53 − 1. */
  readonly readingId: number;
  /** The plant, as the API numbers it. */
  readonly plantId: number;
  /** When the values were measured. */
  readonly recordingTaken: number;
  /** Percent. */
  readonly soilMoisture: number;
  /** Degrees Celsius. */
  readonly temperature: number;
  /** When the plant was last watered; `null` if not known. */
  readonly lastWatered: number | null;
  /** Sum of the bits of `QualityFlag`. */
  readonly qualityFlag: number;
  /** The start of the run that loaded the reading. */
  readonly ingestedAt: number;
  /** The run that loaded it; `null` for a reading from before the run log. */
  readonly runId: string | null;
}
