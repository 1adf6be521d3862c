import { QualityFlag } from "@lmnh/plant-schema/model";
import { type PartialOptions, withDefaults } from "../check-options.js";
import { checkQualityLimits, defaultQualityLimits, type QualityLimits } from "./quality-limits.js";

/** What an API measures; a value that is absent is not checked. */
export interface Measured {
  /** Degrees Celsius. */
  readonly temperature?: number | undefined;
  /** Percent. */
  readonly soilMoisture?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly recordingTaken: number;
  /** Milliseconds since the epoch; `null` for a time that is missing or invalid, which is flagged. */
  readonly lastWatered?: number | null | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/**
 * A function that returns the `qualityFlag` of a reading, for a transform of one's own.
 *
 * @throws PlantEtlError `OPTION_INVALID`
 */
export function qualityChecker(limits?: PartialOptions<QualityLimits>): (measured: Measured) => number {
  const checked = checkQualityLimits(withDefaults(defaultQualityLimits, limits));
  return (measured) => flagQuality(measured, checked);
}

/** Checks a reading by itself. Outliers within the ranges need the series and are not flagged. */
export function flagQuality(measured: Measured, limits: QualityLimits): number {
  const { temperature, soilMoisture, recordingTaken, lastWatered, receivedAt } = measured;
  let flag = 0;
  if (isOutside(temperature, limits.temperatureRange)) flag |= QualityFlag.temperatureRange;
  if (isOutside(soilMoisture, limits.soilMoistureRange)) flag |= QualityFlag.soilMoistureRange;
  if (recordingTaken - receivedAt > limits.futureToleranceMs) flag |= QualityFlag.futureTime;
  if (receivedAt - recordingTaken > limits.staleAfterMs) flag |= QualityFlag.staleTime;
  if (lastWatered === null || (lastWatered !== undefined && lastWatered > recordingTaken))
    flag |= QualityFlag.wateringTime;
  return flag;
}

function isOutside(value: number | undefined, [low, high]: readonly [number, number]): boolean {
  return value !== undefined && !(value >= low && value <= high);
}
