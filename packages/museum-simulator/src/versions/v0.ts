import { v1 } from "./v1.js";
import type { VersionSpec } from "./version-spec.js";

/** May to September 2023: v1 with invented phone numbers and two more keys. */
export const v0: VersionSpec = {
  ...v1,
  phone: { ...v1.phone, isRandom: true },
  extraKeys: { cycle: "Perennial", sunlight: ["Part shade"] },
};
