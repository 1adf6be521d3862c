/** What one plant did on one UTC day: its habits, from which the usual band and the usual waterings are learned. */
export interface DayProfile {
  /** Id of the plant in the museum's API. */
  readonly plantId: number;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Median soil moisture, percent, of each half hour from 00:00 UTC; `null` without enough readings. 48 values. */
  readonly soilMoisture: readonly (number | null)[];
  /** Median temperature, °C, of each half hour; as `soilMoisture`. */
  readonly temperature: readonly (number | null)[];
  /** The waterings of this day, the oldest first; at most 24. */
  readonly waterings: readonly WateringProfile[];
}

/** One watering, and what it did to the soil. */
export interface WateringProfile {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Time since the watering before; `null` if that is not known. */
  readonly intervalMs: number | null;
  /** Percent: the levels in the half hours before and after; `null` without enough readings. */
  readonly trough: number | null;
  /** As `trough`: the level after the watering. */
  readonly peak: number | null;
}

/** Milliseconds of a half hour, for which a profile has one value. */
export const slotMs = 30 * 60_000;
/** Number of values of a profile. */
export const slotsPerDay = 48;
