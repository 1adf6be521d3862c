export { type Clock, type Random, randomId, systemClock, systemRandom } from "./clock.js";
export {
  isPlantError,
  PlantError,
  type PlantErrorOptions,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
} from "./errors.js";
export { describeQuality, QualityFlag, type QualityFlagName } from "./quality-flags.js";
export type {
  Botanist,
  City,
  Country,
  Origin,
  Plant,
  ReferenceData,
} from "./reference-data/reference-data.js";
