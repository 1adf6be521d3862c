import { bracketedSpaced, dashed, dotted, one } from "../phone.js";
import type { VersionSpec } from "./version-spec.js";

/** June to November 2025. */
export const v2: VersionSpec = {
  basePath: "/api/plants",
  hasIndex: false,
  firstPlantId: 1,
  maxBotanists: Number.POSITIVE_INFINITY,
  timeResolutionMs: 1,
  formatRecordingTaken: (ms) => new Date(ms).toISOString(),
  formatLastWatered: (ms) => new Date(ms).toISOString(),
  formatOrigin: ({ city, latitude, longitude }) => ({
    latitude,
    longitude,
    city: city.name,
    country: city.country.name,
  }),
  phone: {
    plain: [dotted, dashed],
    extended: [dotted, bracketedSpaced, one],
    extensionSign: " x",
    isRandom: false,
  },
  signsImageUrls: false,
  extraKeys: {},
};
