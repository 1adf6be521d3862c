/** A reading with everything that its row says, but for which file has it. Instants are milliseconds since the epoch. */
export interface ArchivedReading {
  /** The database's own number; 1 to 2^53 − 1. */
  readonly readingId: number;
  readonly plantId: number;
  /** With `plantId` it names the reading. */
  readonly recordingTaken: number;
  /** Percent. */
  readonly soilMoisture: number;
  /** Degrees Celsius. */
  readonly temperature: number;
  readonly lastWatered: number | null;
  /** Sum of the bits of `QualityFlag`. */
  readonly qualityFlag: number;
  readonly ingestedAt: number;
  /** The run that loaded it; `null` for a reading that is older than the run ledger. */
  readonly runId: string | null;
}
