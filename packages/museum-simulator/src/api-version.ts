/** The API's past forms: v0 (2023-05 to 09), v1 (2023-12 to 2025-04), v2 (2025-06 to 11) and v3 (2026-01, today's). */
export type ApiVersion = (typeof apiVersions)[number];

export const apiVersions = ["v0", "v1", "v2", "v3"] as const;

/** In v0 and v1 there is a plant 0, three botanists look after everything, and times have seconds only. */
export function isEarly(apiVersion: ApiVersion): boolean {
  return apiVersion === "v0" || apiVersion === "v1";
}

export function basePath(apiVersion: ApiVersion): string {
  return isEarly(apiVersion) ? "/plants" : "/api/plants";
}
