/** The bits of a reading's `qualityFlag`. A flagged reading is loaded like any other. */
export const QualityFlag = {
  /** Temperature outside `temperatureRange`. */
  temperatureRange: 1,
  /** Soil moisture outside `soilMoistureRange`. */
  soilMoistureRange: 2,
  /** Taken in the future. */
  futureTime: 4,
  /** Old when it arrived. */
  staleTime: 8,
  /** Watered after the reading was taken, or at an unreadable time. */
  wateringTime: 16,
} as const;

/** The name of one quality flag, such as `staleTime`. */
export type QualityFlagName = keyof typeof QualityFlag;

/** The names of the bits that are set in a `qualityFlag`, the lowest bit first; none for 0. Unknown bits are ignored. */
export function describeQuality(qualityFlag: number): QualityFlagName[] {
  return (Object.keys(QualityFlag) as QualityFlagName[]).filter(
    (name) => (qualityFlag & QualityFlag[name]) !== 0,
  );
}
