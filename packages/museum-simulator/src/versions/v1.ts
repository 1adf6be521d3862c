import { degreesText } from "../degrees-text.js";
import { bracketed, dashed, dotted, plusOne, zeroZeroOne } from "../phone.js";
import { timeZoneOf } from "../time-zones.js";
import type { VersionSpec } from "./version-spec.js";

/** December 2023 to April 2025. */
export const v1: VersionSpec = {
  basePath: "/plants",
  hasIndex: true,
  firstPlantId: 0,
  maxBotanists: 3,
  timeResolutionMs: 1_000,
  formatRecordingTaken: (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " "),
  formatLastWatered: (ms) => new Date(ms).toUTCString(),
  formatOrigin: ({ city, latitude, longitude }) => [
    degreesText(latitude),
    degreesText(longitude),
    city.name,
    city.country.code ?? "",
    timeZoneOf(city.country.code),
  ],
  phone: {
    plain: [dotted, dashed, plusOne, zeroZeroOne],
    extended: [plusOne, bracketed, zeroZeroOne],
    extensionSign: "x",
    isRandom: false,
  },
  signsImageUrls: false,
  extraKeys: {},
};
