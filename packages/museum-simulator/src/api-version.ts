import { v0 } from "./versions/v0.js";
import { v1 } from "./versions/v1.js";
import { v2 } from "./versions/v2.js";
import { v3 } from "./versions/v3.js";
import type { VersionSpec } from "./versions/version-spec.js";

/** The versions of the API, the oldest first. */
export const apiVersions = ["v0", "v1", "v2", "v3"] as const;

/** A version of the API; see `apiVersions`. */
export type ApiVersion = (typeof apiVersions)[number];

/** The version that the museum serves today. */
export const currentApiVersion: ApiVersion = "v3";

export const versionSpecs = { v0, v1, v2, v3 } as const satisfies Record<ApiVersion, VersionSpec>;
