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
