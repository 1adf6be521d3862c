import type { TransformSettings } from "./settings.js";

/** The bits of a reading's `qualityFlag`. The reading is kept whatever they say. */
export const QualityFlag = {
  /** Temperature outside `temperatureRange`. */
  temperatureRange: 1,
  /** Soil moisture outside `soilMoistureRange`. */
  soilMoistureRange: 2,
  /** Taken later than our clock says it is. */
  futureTime: 4,
  /** Old when it arrived. */
  staleTime: 8,
  /** Watered after the reading was taken, or at a time that cannot be read. */
  wateringTime: 16,
} as const;

export type QualityFlagName = keyof typeof QualityFlag;

/** The names of the bits that are set, for people. */
export function describeQuality(qualityFlag: number): QualityFlagName[] {
  return (Object.keys(QualityFlag) as QualityFlagName[]).filter(
    (name) => (qualityFlag & QualityFlag[name]) !== 0,
  );
}

export interface Measured {
  readonly temperature: number;
  readonly soilMoisture: number;
  /** Milliseconds since the epoch. */
  readonly recordingTaken: number;
  readonly lastWatered: number | null;
  readonly receivedAt: number;
}

/** Judges a reading by what it says of itself; single spikes within the range are for whoever sees the series. */
export function judgeQuality(measured: Measured, settings: TransformSettings): number {
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
