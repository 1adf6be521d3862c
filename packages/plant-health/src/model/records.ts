/** What the rules and the page read of the pipeline's database. Times are milliseconds since the epoch. */

/** A reading, flagged or not. */
export interface HealthReading {
  readonly plantId: number;
  readonly takenMs: number;
  /** °C. */
  readonly temperature: number;
  /** Percent. */
  readonly soilMoisture: number;
  readonly lastWateredMs: number | null;
  /** Sum of the bits of `QualityFlag`. */
  readonly qualityFlag: number;
}

/** A response of the API without a reading: the plant does not exist, is on loan, or its sensor is broken. */
export interface NoticeRecord {
  readonly plantId: number;
  readonly kind: "not_found" | "on_loan" | "sensor_fault";
  /** First and last response of this kind on one UTC day. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A run of the pipeline that has ended. */
export interface RunRecord {
  readonly startedMs: number;
  /** Whether every plant was requested and the outcome is not `failed`. */
  readonly complete: boolean;
  readonly requested: number;
  readonly loaded: number;
}
