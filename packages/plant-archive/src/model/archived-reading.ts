/** A row of `plant_reading`. Instants are milliseconds since the epoch. */
export interface ArchivedReading {
  /** The id of the row: a safe integer, usually from 1. */
  readonly readingId: number;
  /** The plant, as the API numbers it. */
  readonly plantId: number;
  /** When the values were measured. */
  readonly recordingTaken: number;
  /** Soil moisture in percent. */
  readonly soilMoisture: number;
  /** Temperature in degrees Celsius. */
  readonly temperature: number;
  /** When the plant was last watered; `null` if not known. */
  readonly lastWatered: number | null;
  /** Sum of the bits of `QualityFlag`; 0 for a reading without a flag. */
  readonly qualityFlag: number;
  /** The start of the run that loaded the reading. */
  readonly ingestedAt: number;
  /** The run that loaded it; `null` for a reading from before the run log. */
  readonly runId: string | null;
}
