import type { Country, Origin } from "@lmnh/plant-schema";
import type { ValidationIssue } from "../validation-issue.js";
import { createIssue } from "../validation-issue.js";
import { countryCode, countryName } from "./country-names.js";
import { memoize } from "./memoize.js";
import { normalizeName } from "./normalize-name.js";

/** An origin as the API says it, in either form, before anything is checked. */
export interface RawOrigin {
  readonly latitude: number | string;
  readonly longitude: number | string;
  readonly city: string;
  /** ISO 3166-1 alpha-2 in the older eras, an English name in the newer. */
  readonly country: string;
}

/** Checks and completes an origin. Coordinates that cannot be are left out and named; the place stays. */
export function parseOrigin(said: RawOrigin): { origin: Origin | null; issues: ValidationIssue[] } {
  const issues: ValidationIssue[] = [];
  const city = normalizeName(said.city);
  const country = readCountry(said.country);
  if (city === null) issues.push(createIssue("origin_location.city", "is empty", said.city));
  if (country === null)
    issues.push(createIssue("origin_location.country", "is empty or no country code", said.country));

  const latitude = readDegrees(said.latitude, 90);
  const longitude = readDegrees(said.longitude, 180);
  if (latitude === null)
    issues.push(createIssue("origin_location.latitude", "is not between -90 and 90 degrees", said.latitude));
  if (longitude === null)
    issues.push(
      createIssue("origin_location.longitude", "is not between -180 and 180 degrees", said.longitude),
    );

  if (city === null || country === null) return { origin: null, issues };
  // Half a coordinate is a line around the world, not a place.
  const located = latitude !== null && longitude !== null;
  return {
    origin: {
      city: { name: city, country },
      latitude: located ? latitude : null,
      longitude: located ? longitude : null,
    },
    issues,
  };
}

const readCountry = memoize((text): Country | null => {
  const said = normalizeName(text);
  if (said === null) return null;
  if (!/^[A-Za-z]{2}$/.test(said)) return { name: said, code: countryCode(said) };
  const name = countryName(said);
  return name === null ? null : { name, code: said.toUpperCase() };
});

function readDegrees(value: number | string, limit: number): number | null {
  if (typeof value === "string" && value.trim() === "") return null;
  const degrees = Number(value);
  if (!Number.isFinite(degrees) || Math.abs(degrees) > limit) return null;
  // Minus zero would be a second place beside zero.
  return degrees === 0 ? 0 : degrees;
}
