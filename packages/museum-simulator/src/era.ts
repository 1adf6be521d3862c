/** The API's past forms: v0 (2023-05 to 09), v1 (2023-12 to 2025-04), v2 (2025-06 to 11) and v3 (2026-01, today's). */
export type Era = (typeof eras)[number];

export const eras = ["v0", "v1", "v2", "v3"] as const;

/** In v0 and v1 there is a plant 0, three botanists look after everything, and times have seconds only. */
export function isEarly(era: Era): boolean {
  return era === "v0" || era === "v1";
}

export function basePath(era: Era): string {
  return isEarly(era) ? "/plants" : "/api/plants";
}
