import type { Country, Origin } from "@lmnh/plant-schema/model";
import type { ValidationIssue } from "../validation-issue.js";
import { createIssue } from "../validation-issue.js";
import { countryCode, countryName } from "./country-names.js";
import { memoize } from "./memoize.js";
import { normalizeName } from "./normalize-name.js";

/** An origin of either form of the API, before validation. */
export interface RawOrigin {
  readonly latitude: number | string;
  readonly longitude: number | string;
  readonly city: string;
  /** ISO 3166-1 alpha-2 in v0 and v1, an English name in v2 and v3. */
  readonly country: string;
}

/** Validates and normalizes an origin. Invalid coordinates become issues and are dropped; the place stays. */
export function parseOrigin(raw: RawOrigin): { origin: Origin | null; issues: ValidationIssue[] } {
  const issues: ValidationIssue[] = [];
  const city = normalizeName(raw.city);
  const country = parseCountry(raw.country);
  if (city === null) issues.push(createIssue("origin_location.city", "is empty", raw.city));
  if (country === null)
    issues.push(createIssue("origin_location.country", "is empty or not a country code", raw.country));

  const latitude = parseDegrees(raw.latitude, 90);
  const longitude = parseDegrees(raw.longitude, 180);
  if (latitude === null)
    issues.push(createIssue("origin_location.latitude", "is not between -90 and 90 degrees", raw.latitude));
  if (longitude === null)
    issues.push(
      createIssue("origin_location.longitude", "is not between -180 and 180 degrees", raw.longitude),
    );

  if (city === null || country === null) return { origin: null, issues };
  // A latitude or a longitude alone is not a place.
  const hasCoordinates = latitude !== null && longitude !== null;
  return {
    origin: {
      city: { name: city, country },
      latitude: hasCoordinates ? latitude : null,
      longitude: hasCoordinates ? longitude : null,
    },
    issues,
  };
}

const parseCountry = memoize((text): Country | null => {
  const country = normalizeName(text);
  if (country === null) return null;
  if (!/^[A-Za-z]{2}$/.test(country)) return { name: country, code: countryCode(country) };
  const name = countryName(country);
  return name === null ? null : { name, code: country.toUpperCase() };
});

function parseDegrees(value: number | string, limit: number): number | null {
  if (typeof value === "string" && value.trim() === "") return null;
  const degrees = Number(value);
  if (!Number.isFinite(degrees) || Math.abs(degrees) > limit) return null;
  // Minus zero would be another place than zero.
  return degrees === 0 ? 0 : degrees;
}
