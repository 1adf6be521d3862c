import { degreesText } from "../degrees-text.js";
import { bare, bracketed, dotted, plusOne } from "../phone.js";
import type { VersionSpec } from "./version-spec.js";

/** Since January 2026. */
export const v3: VersionSpec = {
  basePath: "/api/plants",
  hasIndex: false,
  firstPlantId: 1,
  maxBotanists: Number.POSITIVE_INFINITY,
  timeResolutionMs: 1,
  formatRecordingTaken: formatPythonTime,
  formatLastWatered: (ms) => new Date(ms).toISOString().slice(0, 19),
  formatOrigin: ({ city, latitude, longitude }) => ({
    city: city.name,
    country: city.country.name,
    latitude: degreesText(latitude),
    longitude: degreesText(longitude),
  }),
  phone: {
    plain: [bare, dotted],
    extended: [bracketed, plusOne],
    extensionSign: "x",
    isRandom: false,
  },
  signsImageUrls: true,
  extraKeys: {},
};

/** Python's `isoformat` leaves out a fraction of zero. */
function formatPythonTime(ms: number, microseconds: number): string {
  const iso = new Date(ms).toISOString();
  const fraction = `${iso.slice(20, 23)}${String(microseconds).padStart(3, "0")}`;
  return fraction === "000000" ? iso.slice(0, 19) : `${iso.slice(0, 19)}.${fraction}`;
}
