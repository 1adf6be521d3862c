/** A row of `plant_reading`. Instants are milliseconds since the epoch. */
export interface ArchivedReading {
  /** 1 to 2^53 − 1. */
  readonly readingId: number;
  readonly plantId: number;
  readonly recordingTaken: number;
  /** Percent. */
  readonly soilMoisture: number;
  /** Degrees Celsius. */
  readonly temperature: number;
  readonly lastWatered: number | null;
  /** Sum of the bits of `QualityFlag`. */
  readonly qualityFlag: number;
  readonly ingestedAt: number;
  /** The run that loaded it; `null` for a reading from before the run log. */
  readonly runId: string | null;
}
