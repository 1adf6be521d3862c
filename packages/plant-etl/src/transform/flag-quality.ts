import { QualityFlag } from "@lmnh/plant-schema/model";
import type { TransformOptions } from "./transform-options.js";

export interface Measured {
  readonly temperature: number;
  readonly soilMoisture: number;
  /** Milliseconds since the epoch. */
  readonly recordingTaken: number;
  readonly lastWatered: number | null;
  readonly receivedAt: number;
}

/** Checks a reading by itself. Outliers within the ranges need the series and are not flagged. */
export function flagQuality(measured: Measured, options: TransformOptions): number {
  const { temperature, soilMoisture, recordingTaken, lastWatered, receivedAt } = measured;
  let flag = 0;
  if (!within(temperature, options.temperatureRange)) flag |= QualityFlag.temperatureRange;
  if (!within(soilMoisture, options.soilMoistureRange)) flag |= QualityFlag.soilMoistureRange;
  if (recordingTaken - receivedAt > options.futureToleranceMs) flag |= QualityFlag.futureTime;
  if (receivedAt - recordingTaken > options.staleAfterMs) flag |= QualityFlag.staleTime;
  if (lastWatered === null || lastWatered > recordingTaken) flag |= QualityFlag.wateringTime;
  return flag;
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
