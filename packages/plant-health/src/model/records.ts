/** What the rules and the page read of the pipeline's database. Times are milliseconds since the epoch. */

/** A reading, flagged or not. */
export interface HealthReading {
  /** Id of the plant in the museum's API. */
  readonly plantId: number;
  /** When the sensor took it. */
  readonly takenMs: number;
  /** °C. */
  readonly temperature: number;
  /** Percent. */
  readonly soilMoisture: number;
  /** When the plant was last watered, as the API reports it; `null` if it does not. */
  readonly lastWateredMs: number | null;
  /** Sum of the bits of `QualityFlag`. */
  readonly qualityFlag: number;
}

/** A response of the API without a reading: the plant does not exist, is on loan, or its sensor is broken. */
export interface NoticeRecord {
  /** Id of the plant in the museum's API. */
  readonly plantId: number;
  /** What the API reports. */
  readonly kind: "not_found" | "on_loan" | "sensor_fault";
  /** First and last response of this kind on one UTC day. */
  readonly firstMs: number;
  /** As `firstMs`: the last response. */
  readonly lastMs: number;
}

/** A run of the pipeline that has ended. */
export interface RunRecord {
  /** When it started. */
  readonly startedMs: number;
  /** Whether every plant was requested and the outcome is not `failed`. */
  readonly complete: boolean;
  /** Number of plants requested. */
  readonly requested: number;
  /** Number of readings inserted. */
  readonly loaded: number;
}
