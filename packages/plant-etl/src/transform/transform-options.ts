/** What the cleaning rules may assume. */
export interface TransformOptions {
  /** The offset of times that say no zone, minutes east of UTC. 0 by default. */
  readonly defaultUtcOffsetMinutes: number;
  /** The country whose rules a phone number without one follows, ISO 3166-1 alpha-2. `US` by default: that is how the API writes them. */
  readonly phoneRegion: string;
  /** Degrees Celsius a reading may lie between, ends included, before it is flagged. 0…50 by default. */
  readonly temperatureRange: readonly [number, number];
  /** Percent, likewise. 0…100 by default. */
  readonly soilMoistureRange: readonly [number, number];
  /** A reading more than this many milliseconds ahead of our clock is flagged. 2 minutes by default. */
  readonly futureToleranceMs: number;
  /** A reading more than this many milliseconds old when it arrives is flagged. 1 hour by default. */
  readonly staleAfterMs: number;
}

export const defaultTransformOptions: TransformOptions = {
  defaultUtcOffsetMinutes: 0,
  phoneRegion: "US",
  temperatureRange: [0, 50],
  soilMoistureRange: [0, 100],
  futureToleranceMs: 2 * 60_000,
  staleAfterMs: 60 * 60_000,
};
