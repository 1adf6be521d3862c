export { type Clock, type Random, randomId, systemClock, systemRandom } from "./clock.js";
export {
  conflictKey,
  conflictReason,
  haveSameValues,
  type ReadingValues,
  readingValueColumns,
} from "./conflicting-reading.js";
export { type DecodedText, type DecodeTextOptions, decodeText } from "./decode-text.js";
export {
  codeOf,
  isPlantError,
  PlantError,
  type PlantErrorOptions,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
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
export { newestPlants, toReferenceRows } from "./reference-data/reference-rows.js";
export { signedUrlRenewalTime, urlWithoutQuery } from "./reference-data/signed-link.js";
