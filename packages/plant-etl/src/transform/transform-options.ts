import { checkBoolean, checkInteger, type PartialOptions, withDefaults } from "../check-options.js";
import { checkPhoneRegion } from "./normalize-phone.js";
import { checkQualityLimits, defaultQualityLimits, type QualityLimits } from "./quality-limits.js";

/** Assumptions and bounds of `lmnhTransform`. */
export interface TransformOptions extends QualityLimits {
  /** The UTC offset of times without a zone, minutes east of UTC, −840…840. 0 by default. */
  readonly defaultUtcOffsetMinutes: number;
  /** The country of phone numbers without a country code, ISO 3166-1 alpha-2. `US` by default, as in the API. */
  readonly phoneRegion: string;
  /**
   * Whether a reading without `last_watered` is flagged. `true` by default; `false` is for an API that does not have it.
   * A watering time that is invalid, or after the reading, is always flagged.
   */
  readonly flagMissingWatering: boolean;
}

/** The assumptions that fit the API of the museum: times in UTC, phone numbers of the United States. */
export const defaultTransformOptions: TransformOptions = {
  ...defaultQualityLimits,
  defaultUtcOffsetMinutes: 0,
  phoneRegion: "US",
  flagMissingWatering: true,
};

const maxUtcOffsetMinutes = 14 * 60;

/** @throws PlantEtlError `OPTION_INVALID` */
export function checkTransformOptions(given?: PartialOptions<TransformOptions>): TransformOptions {
  const options = withDefaults(defaultTransformOptions, given);
  checkQualityLimits(options);
  checkInteger(
    "defaultUtcOffsetMinutes",
    options.defaultUtcOffsetMinutes,
    -maxUtcOffsetMinutes,
    maxUtcOffsetMinutes,
  );
  checkPhoneRegion(options.phoneRegion);
  checkBoolean("flagMissingWatering", options.flagMissingWatering);
  return options;
}
