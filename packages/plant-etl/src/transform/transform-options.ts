/** Assumptions and bounds of the transform. */
export interface TransformOptions {
  /** The UTC offset of times without a zone, minutes east of UTC. 0 by default. */
  readonly defaultUtcOffsetMinutes: number;
  /** The country of phone numbers without a country code, ISO 3166-1 alpha-2. `US` by default, as in the API. */
  readonly phoneRegion: string;
  /** Degrees Celsius, bounds included; readings outside are flagged. 0…50 by default. */
  readonly temperatureRange: readonly [number, number];
  /** Percent, bounds included; readings outside are flagged. 0…100 by default. */
  readonly soilMoistureRange: readonly [number, number];
  /** Milliseconds; readings further ahead of the local clock are flagged. 2 minutes by default. */
  readonly futureToleranceMs: number;
  /** Milliseconds; readings that are older on arrival are flagged. 1 hour by default. */
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
