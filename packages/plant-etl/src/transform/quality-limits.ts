import { checkDuration, checkRange } from "../check-options.js";

/** What `flagQuality` compares a reading with. */
export interface QualityLimits {
  /** Degrees Celsius, bounds included; readings outside are flagged. 0…50 by default. */
  readonly temperatureRange: readonly [number, number];
  /** Percent, bounds included; readings outside are flagged. 0…100 by default. */
  readonly soilMoistureRange: readonly [number, number];
  /** Milliseconds, 0 or more; readings further ahead of the local clock are flagged. 2 minutes by default. */
  readonly futureToleranceMs: number;
  /** Milliseconds, 0 or more; readings that are older on arrival are flagged. 1 hour by default. */
  readonly staleAfterMs: number;
}

export const defaultQualityLimits: QualityLimits = {
  temperatureRange: [0, 50],
  soilMoistureRange: [0, 100],
  futureToleranceMs: 2 * 60_000,
  staleAfterMs: 60 * 60_000,
};

/** @throws PlantEtlError `OPTION_INVALID` */
export function checkQualityLimits(limits: QualityLimits): QualityLimits {
  checkRange("temperatureRange", limits.temperatureRange);
  checkRange("soilMoistureRange", limits.soilMoistureRange);
  checkDuration("futureToleranceMs", limits.futureToleranceMs);
  checkDuration("staleAfterMs", limits.staleAfterMs);
  return limits;
}
