import { QualityFlag } from "@lmnh/plant-schema";
import type { TransformOptions } from "./transform-options.js";

export interface Measured {
  readonly temperature: number;
  readonly soilMoisture: number;
  /** Milliseconds since the epoch. */
  readonly recordingTaken: number;
  readonly lastWatered: number | null;
  readonly receivedAt: number;
}

/** Judges a reading by what it says of itself; single spikes within the range are for whoever sees the series. */
export function flagQuality(measured: Measured, settings: TransformOptions): number {
  const { temperature, soilMoisture, recordingTaken, lastWatered, receivedAt } = measured;
  let flag = 0;
  if (!within(temperature, settings.temperatureRange)) flag |= QualityFlag.temperatureRange;
  if (!within(soilMoisture, settings.soilMoistureRange)) flag |= QualityFlag.soilMoistureRange;
  if (recordingTaken - receivedAt > settings.futureToleranceMs) flag |= QualityFlag.futureTime;
  if (receivedAt - recordingTaken > settings.staleAfterMs) flag |= QualityFlag.staleTime;
  if (lastWatered === null || lastWatered > recordingTaken) flag |= QualityFlag.wateringTime;
  return flag;
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
